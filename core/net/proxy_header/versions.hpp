#pragma once

#include "core/net/proxy_header/proxy_header.hpp"

#include <string_view>

namespace duplexd {

// What the reader of a header, and its writer, know of both versions.

inline constexpr std::string_view proxy_signature_v1 = "PROXY";
inline constexpr std::string_view proxy_signature_v2{"\r\n\r\n\0\r\nQUIT\n", 12};
inline constexpr std::size_t longest_proxy_line = 107;
inline constexpr std::size_t proxy_head_size = 16;  ///< of version 2: what comes before the addresses

/// Of bytes that begin with the signature.
ProxyReading read_proxy_v1(std::string_view seen) noexcept;
ProxyReading read_proxy_v2(std::string_view seen, std::size_t most) noexcept;

inline ProxyReading broken_proxy(std::string_view reason) noexcept {
  return {.state = ProxyReading::State::broken, .reason = reason, .header = {}};
}

}  // namespace duplexd
