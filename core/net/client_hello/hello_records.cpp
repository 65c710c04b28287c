#include "core/net/client_hello/hello_records.hpp"

#include "core/net/client_hello/handshake_bytes.hpp"

#include <algorithm>

namespace duplexd {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::byte handshake_record{22};
constexpr std::byte major_version{3};  // of SSL 3.0 and of every TLS
constexpr std::byte client_hello{1};
constexpr std::size_t longest_record = 16 * 1024;

/// The message, as far as its records are there.
class MessageSoFar {
 public:
  void add(Bytes fragment) noexcept {
    const std::size_t of_header = std::min(fragment.size(), handshake_header_bytes - header_bytes_);
    for (const std::byte each : fragment.first(of_header)) add_to_header(each);
    size_ += fragment.size();
  }

  bool is_hello() const noexcept { return header_bytes_ == 0 || kind_ == client_hello; }
  bool is_too_long() const noexcept { return length_ > HelloLimits::message_bytes; }
  /// Of its header and what that announces.
  std::size_t missing() const noexcept { return expected() - std::min(size_, expected()); }
  std::size_t expected() const noexcept {
    return handshake_header_bytes + (header_bytes_ == handshake_header_bytes ? length_ : 0);
  }

 private:
  void add_to_header(std::byte each) noexcept {
    if (header_bytes_++ == 0)
      kind_ = each;
    else
      length_ = length_ << 8 | std::to_integer<std::size_t>(each);
  }

  std::byte kind_{};
  std::size_t length_ = 0;
  std::size_t header_bytes_ = 0;
  std::size_t size_ = 0;
};

HelloRecords broken_hello(std::string_view why) noexcept { return {.state = HelloState::broken, .why = why}; }

HelloRecords too_long_hello() noexcept {
  return {.state = HelloState::too_long, .why = "its ClientHello is too long"};
}

HelloRecords more_hello(std::size_t wanted) noexcept {
  return wanted > HelloLimits::sent_bytes ? too_long_hello() : HelloRecords{.wanted = wanted};
}

/// Of the bytes of a record that are there: a record header has no other first bytes.
bool may_be_handshake(Bytes record) noexcept {
  return (record.empty() || record[0] == handshake_record) &&
         (record.size() < 2 || record[1] == major_version);
}

}  // namespace

HelloRecords read_hello_records(Bytes seen) noexcept {
  seen = seen.first(std::min(seen.size(), HelloLimits::sent_bytes));  // how it arrives makes no difference
  MessageSoFar message;
  for (std::size_t at = 0; true;) {
    if (at + record_header_bytes > HelloLimits::sent_bytes) return too_long_hello();
    const Bytes record = seen.subspan(at);
    if (!may_be_handshake(record))
      return at == 0 ? HelloRecords{.state = HelloState::not_tls}
                     : broken_hello("something else comes amid its ClientHello");
    if (record.size() < record_header_bytes) return more_hello(at + record_header_bytes);
    const std::size_t length = record_length(record);
    if (length == 0) return broken_hello("it sends an empty record");
    if (length > longest_record) return broken_hello("it sends a record of more than 16 KiB");

    const Bytes behind = record.subspan(record_header_bytes);
    message.add(behind.first(std::min(length, behind.size())));
    if (!message.is_hello()) return broken_hello("its first message is not a ClientHello");
    if (message.is_too_long()) return too_long_hello();
    if (message.missing() == 0) return {.state = HelloState::hello, .length = message.expected()};
    if (behind.size() < length)
      return more_hello(at + record_header_bytes + std::min(length, behind.size() + message.missing()));
    at += record_header_bytes + length;
  }
}

}  // namespace duplexd
