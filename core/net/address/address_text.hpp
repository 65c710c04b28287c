#pragma once

#include "core/net/address/address.hpp"
#include "core/net/address/parsed.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duplexd {

/// The parts of "host:port" or "[host]:port", as views into the text. Each may be empty.
struct AddressText {
  std::string_view host;
  std::string_view port;
  bool in_brackets = false;
};

inline constexpr std::string_view unix_prefix = "unix:";

Parsed<AddressText> split_address(std::string_view text);
Parsed<std::uint16_t> parse_port(std::string_view text);
Parsed<SocketAddress> parse_ip_address(const AddressText& text, std::uint16_t port);

/// The text for an error message: in quotes, cut where it is very long, unprintable bytes as \xNN.
std::string quoted(std::string_view text);

/// Reads "192.0.2.1" (as IPv4-mapped) or "2001:db8::1", nothing else.
std::optional<PeerAddress::Bytes> parse_ip(std::string_view text) noexcept;

/// The text that parse_ip() reads; an IPv4-mapped address is written as IPv4.
std::string ip_to_string(const PeerAddress::Bytes& ip);

bool is_ipv4_mapped(const PeerAddress::Bytes& ip) noexcept;
bool is_link_local(const PeerAddress::Bytes& ip) noexcept;  ///< fe80::/10

/// Only an IPv6 address has a `scope`, the index of an interface.
SocketAddress socket_address(const PeerAddress::Bytes& ip, std::uint16_t port,
                             std::uint32_t scope = 0) noexcept;

}  // namespace duplexd
