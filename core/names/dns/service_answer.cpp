#include "core/names/dns/service_answer.hpp"

#include "core/names/found.hpp"

#include <ares.h>

#include <algorithm>
#include <memory>
#include <new>

namespace duplexd {
namespace {

using Message = std::span<const unsigned char>;

// RFC 1035, 4.1.
constexpr std::size_t header_size = 12;
constexpr std::size_t question_tail = 4;  // type and class
constexpr std::size_t record_tail = 10;   // type, class, TTL and length
constexpr std::size_t questions_at = 4, answers_at = 6, ttl_in_tail = 4, length_in_tail = 8;

unsigned number(Message message, std::size_t at, std::size_t bytes) noexcept {
  unsigned value = 0;
  for (const unsigned char byte : message.subspan(at, bytes)) value = value << 8 | byte;
  return value;
}

/// The size of the name at `at`; 0: the message is broken there.
std::size_t name_size(Message message, std::size_t at) noexcept {
  char* name = nullptr;
  long size = 0;
  const int status = at < message.size() ? ::ares_expand_name(message.data() + at, message.data(),
                                                              static_cast<int>(message.size()), &name, &size)
                                         : ARES_EBADNAME;
  if (status != ARES_SUCCESS) return 0;
  ::ares_free_string(name);
  return static_cast<std::size_t>(size);
}

/// The end of what begins with a name and goes on with `tail` bytes; 0: the message ends before.
std::size_t end_of(Message message, std::size_t at, std::size_t tail) noexcept {
  const std::size_t size = name_size(message, at);
  return size == 0 || at + size + tail > message.size() ? 0 : at + size + tail;
}

/// Of the records in the answer, aliases included. None: there are none.
std::optional<std::chrono::seconds> least_ttl(Message message) noexcept {
  if (message.size() < header_size) return std::nullopt;
  std::optional<std::chrono::seconds> least;
  std::size_t at = header_size;
  for (unsigned left = number(message, questions_at, 2); left > 0 && at; --left)
    at = end_of(message, at, question_tail);
  for (unsigned left = number(message, answers_at, 2); left > 0 && at; --left) {
    at = end_of(message, at, record_tail);
    if (!at) break;
    const std::chrono::seconds ttl(number(message, at - record_tail + ttl_in_tail, 4));
    least = std::min(least.value_or(ttl), ttl);
    at += number(message, at - record_tail + length_in_tail, 2);
  }
  return least;
}

std::vector<ServiceTarget> targets_of(const ares_srv_reply* records) {
  std::vector<ServiceTarget> targets;
  for (const ares_srv_reply* one = records; one; one = one->next) {
    const std::string host = one->host;
    if (!host.empty() && host != ".") targets.push_back({host, one->port, one->priority, one->weight});
  }
  return targets;
}

}  // namespace

NameAnswer service_answer(int status, Message message) {
  ares_srv_reply* records = nullptr;
  if (status == ARES_SUCCESS)
    status = ::ares_parse_srv_reply(message.data(), static_cast<int>(message.size()), &records);
  const std::unique_ptr<ares_srv_reply, decltype(&::ares_free_data)> release(records, &::ares_free_data);
  if (status == ARES_ENOMEM) throw std::bad_alloc();
  if (status == ARES_ENODATA || (status == ARES_SUCCESS && !records))
    return {{}, "the name has no SRV record"};
  if (status != ARES_SUCCESS) return {{}, words_of(status)};
  return {{}, {}, targets_of(records), least_ttl(message)};
}

}  // namespace duplexd
