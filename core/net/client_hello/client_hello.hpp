#pragma once

#include "core/net/client_hello/hello_records.hpp"
#include "core/net/client_hello/server_name.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace duplexd {

/// Text up to a fixed size, which holds its bytes itself.
template <std::size_t most>
class FixedText {
 public:
  FixedText() noexcept {}  // no bytes are cleared: a reading is made for each part that arrives
  /// False: it is full.
  bool append(char c) noexcept {
    if (size_ == most) return false;
    bytes_[size_++] = c;
    return true;
  }
  void shorten(std::size_t size) noexcept { size_ = size; }
  std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, most> bytes_;
  std::size_t size_ = 0;
};

/// What a client asks for in its ClientHello (RFC 8446, section 4.1.2). A value of its own.
class ClientHello {
 public:
  static constexpr std::size_t most_protocol_bytes = 512;

  ClientHello() noexcept = default;
  /// As a TLS stream has it that was agreed on: its name, and the one protocol; "": none. A name that is none
  /// of a host is none.
  ClientHello(std::string_view server_name, std::string_view protocol) noexcept;

  /// In lower case, without a final dot; "": no name, or an IP address (RFC 6066, 3, allows names only).
  /// With an encrypted ClientHello it is the outer one.
  std::string_view server_name() const noexcept { return server_name_.view(); }
  /// Whether the client offers the protocol (ALPN, RFC 7301).
  bool offers(std::string_view protocol) const noexcept;
  /// All that it offers, as on the wire: each with its length before it.
  std::string_view protocols() const noexcept { return protocols_.view(); }

 private:
  friend class ClientHelloReader;

  FixedText<longest_host_name + 2> server_name_;
  FixedText<most_protocol_bytes> protocols_;
};

struct HelloReading {
  HelloState state = HelloState::more;
  std::string_view why = {};  ///< of broken and too_long: a sentence that lasts, "it sends an empty record"
  /// Of more: the hello is not there before so many bytes are, in all. At most HelloLimits::sent_bytes.
  std::size_t wanted = 0;
  ClientHello hello = {};  ///< of hello
};

/// Reads the ClientHello that a TLS client begins with. `seen` is all that it has sent so far; bytes behind
/// the hello change nothing.
HelloReading read_client_hello(std::span<const std::byte> seen) noexcept;

}  // namespace duplexd
