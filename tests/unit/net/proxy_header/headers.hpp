#pragma once

#include "core/net/proxy_header/proxy_introduction.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd::proxy_test {

using State = ProxyReading::State;

inline constexpr std::size_t most = 16 + 65'535;

inline ProxyReading read(std::string_view bytes, std::size_t longest = most) {
  return read_proxy_header(std::as_bytes(std::span(bytes)), longest);
}

/// "" unless it is broken.
inline std::string_view reason(std::string_view bytes) {
  const auto reading = read(bytes);
  return reading.state == State::broken ? reading.reason : "";
}

inline std::string in_bytes(std::size_t value, std::size_t size) {
  std::string bytes;
  for (; size > 0; --size) bytes += static_cast<char>(value >> 8 * (size - 1) & 0xff);
  return bytes;
}

inline std::string tlv(std::uint8_t type, std::string_view value) {
  return in_bytes(type, 1) + in_bytes(value.size(), 2) + std::string(value);
}

/// A header of version 2.
inline std::string v2(std::uint8_t command, std::uint8_t family, std::string_view block) {
  return std::string("\r\n\r\n\0\r\nQUIT\n", 12) + in_bytes(command, 1) + in_bytes(family, 1) +
         in_bytes(block.size(), 2) + std::string(block);
}

/// 192.0.2.1:51234 to 198.51.100.2:443.
inline std::string inet_block(std::string_view tlvs = "") {
  return std::string("\xc0\0\2\1\xc6\x33\x64\2\xc8\x22\1\xbb", 12) + std::string(tlvs);
}

inline std::string inet_header(std::string_view tlvs = "") { return v2(0x21, 0x11, inet_block(tlvs)); }

inline SocketAddress address(std::string_view text) { return *SocketAddress::parse(text); }

/// "": it did not fit.
inline std::string write(ProxyVersion version, const ProxyIntroduction& introduction,
                         std::size_t room = most) {
  std::vector<std::byte> into(room);
  const auto size = write_proxy_header(version, introduction, into);
  return {reinterpret_cast<const char*>(into.data()), size};
}

}  // namespace duplexd::proxy_test
