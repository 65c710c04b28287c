#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace duplexd {

// Bytes as texts, which are easier to cut.

inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::span<const std::byte> bytes_of(std::string_view text) noexcept {
  return std::as_bytes(std::span(text));
}

/// The number of `size` bytes, at most four, in network order. They are there.
inline std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size) noexcept {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(at, size)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace duplexd
