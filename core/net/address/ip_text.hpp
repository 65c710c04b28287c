#pragma once

#include "core/net/address/address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace duplexd {

/// Reads "192.0.2.1" (as IPv4-mapped) or "2001:db8::1", nothing else.
std::optional<PeerAddress::Bytes> parse_ip(std::string_view text) noexcept;

/// Writes what parse_ip() reads; an IPv4-mapped address as IPv4.
std::string ip_to_string(const PeerAddress::Bytes& ip);

bool is_ipv4_mapped(const PeerAddress::Bytes& ip) noexcept;
bool is_link_local(const PeerAddress::Bytes& ip) noexcept;  ///< fe80::/10

/// Only an IPv6 address has a `scope`, the index of an interface.
SocketAddress socket_address(const PeerAddress::Bytes& ip, std::uint16_t port,
                             std::uint32_t scope = 0) noexcept;

}  // namespace duplexd
