#include "core/net/client_hello/handshake_bytes.hpp"

#include <algorithm>

namespace duplexd {

std::size_t record_length(std::span<const std::byte> header) noexcept {
  return std::to_integer<std::size_t>(header[3]) << 8 | std::to_integer<std::size_t>(header[4]);
}

std::size_t HandshakeBytes::number(unsigned bytes) noexcept {
  std::size_t value = 0;
  for (; bytes > 0; --bytes) value = value << 8 | next();
  return value;
}

std::size_t HandshakeBytes::next() noexcept {
  if (left_ == 0) {
    fail();
    return 0;
  }
  if (in_record_ == 0) begin_record();
  const auto byte = std::to_integer<std::size_t>(records_.front());
  skip(1);
  return byte;
}

void HandshakeBytes::skip(std::size_t count) noexcept {
  if (count > left_) return fail();
  left_ -= count;
  while (count > 0) {
    if (in_record_ == 0) begin_record();
    const std::size_t here = std::min(count, in_record_);
    records_ = records_.subspan(here);
    in_record_ -= here;
    count -= here;
  }
}

HandshakeBytes HandshakeBytes::vector(unsigned bytes_of_length) noexcept {
  const std::size_t length = number(bytes_of_length);
  HandshakeBytes held = *this;
  held.left_ = std::min(length, left_);
  skip(length);
  return held;
}

void HandshakeBytes::begin_record() noexcept {
  in_record_ = record_length(records_);
  records_ = records_.subspan(record_header_bytes);
}

void HandshakeBytes::fail() noexcept {
  failed_ = true;
  left_ = 0;
}

}  // namespace duplexd
