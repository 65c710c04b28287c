#pragma once

#include "core/net/tunnel/tunnel.hpp"

#include <cstddef>
#include <span>

namespace duplexd {

// What is said to a SOCKS5 proxy, and what its answers mean. Questions return their size, 0 where `into` is
// too small. Of an answer in pieces the first piece that decides decides as all bytes together do.

/// Which logins we have (RFC 1928, section 3): none, and that of a user where there is one.
std::size_t write_socks_methods(bool has_user, std::span<std::byte> into) noexcept;
/// The code of `yes` is the login that the proxy has chosen.
TunnelAnswer read_socks_method(std::span<const std::byte> seen, bool has_user) noexcept;
inline constexpr unsigned socks_user_login = 2;

/// RFC 1929, section 2.
std::size_t write_socks_login(const Tunnel& tunnel, std::span<std::byte> into) noexcept;
TunnelAnswer read_socks_login(std::span<const std::byte> seen) noexcept;

/// RFC 1928, sections 4 to 6.
std::size_t write_socks_request(const TunnelTarget& target, std::span<std::byte> into) noexcept;
TunnelAnswer read_socks_reply(std::span<const std::byte> seen) noexcept;

}  // namespace duplexd
