#pragma once

#include "core/net/tunnel/tunnel.hpp"

#include <cstddef>
#include <span>

namespace duplexd {

// What is said to an HTTP proxy, and what its answer means.

/// Of an answer, with those of status 1xx before it, up to the end of its header.
inline constexpr std::size_t longest_connect_answer = 16'384;

/// A request of HTTP/1.1 (RFC 9110, section 9.3.6). Returns its size, 0 where `into` is too small.
std::size_t write_connect_request(const Tunnel& tunnel, const TunnelTarget& target,
                                  std::span<std::byte> into) noexcept;

/// Any 2xx is yes, and has no body. Lines may end without CR (RFC 9112, section 2.2). What is no yes is known
/// by its first line. Of an answer in pieces the first piece that decides decides as all bytes together do.
TunnelAnswer read_connect_answer(std::span<const std::byte> seen) noexcept;

}  // namespace duplexd
