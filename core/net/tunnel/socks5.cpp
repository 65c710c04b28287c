#include "core/net/tunnel/socks5.hpp"

#include "core/net/address/address_text.hpp"
#include "core/net/byte_writing.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace duplexd {
namespace {

using enum TunnelAnswer::State;

constexpr std::uint8_t version = 5;
constexpr std::uint8_t login_version = 1;
constexpr std::uint8_t no_method = 0xff;
constexpr std::uint8_t ipv4 = 1, name = 3, ipv6 = 4;
constexpr std::size_t before_address = 4, port_bytes = 2;
constexpr std::size_t ipv4_begin = 12;  // in the bytes of a PeerAddress

constexpr TunnelAnswer not_socks{.state = broken, .words = "its answer is not SOCKS5"};

// RFC 1928, section 6.
constexpr std::array<std::string_view, 9> replies{"",
                                                  "general failure",
                                                  "not allowed by its rules",
                                                  "network unreachable",
                                                  "host unreachable",
                                                  "connection refused",
                                                  "TTL expired",
                                                  "command not supported",
                                                  "address type not supported"};

std::uint8_t at(std::span<const std::byte> seen, std::size_t index) noexcept {
  return std::to_integer<std::uint8_t>(seen[index]);
}

void put_byte(ByteWriting& writing, std::size_t byte) noexcept {
  writing.put_number(static_cast<std::uint32_t>(byte), 1);
}

void put_text(ByteWriting& writing, std::string_view text) noexcept {
  put_byte(writing, text.size());
  writing.put(text);
}

void put_address(ByteWriting& writing, const PeerAddress::Bytes& ip) noexcept {
  const std::string_view bytes(reinterpret_cast<const char*>(ip.data()), ip.size());
  const bool is_ipv4 = is_ipv4_mapped(ip);
  put_byte(writing, is_ipv4 ? ipv4 : ipv6);
  writing.put(bytes.substr(is_ipv4 ? ipv4_begin : 0));
}

/// Of the address behind the type, the type included. 0: there is no such type, or not enough was seen.
std::size_t address_bytes(std::span<const std::byte> seen) noexcept {
  switch (at(seen, before_address - 1)) {
    case ipv4:
      return 4;
    case ipv6:
      return 16;
    case name:
      return seen.size() > before_address ? 1 + std::size_t{at(seen, before_address)} : 0;
    default:
      return 0;
  }
}

TunnelAnswer refusal(std::uint8_t code) noexcept {
  return {.state = refused, .code = code, .words = code < replies.size() ? replies[code] : "not assigned"};
}

}  // namespace

std::size_t write_socks_methods(bool has_user, std::span<std::byte> into) noexcept {
  ByteWriting writing(into);
  put_byte(writing, version);
  put_byte(writing, has_user ? 2 : 1);
  put_byte(writing, 0);
  if (has_user) put_byte(writing, socks_user_login);
  return writing.written().size();
}

TunnelAnswer read_socks_method(std::span<const std::byte> seen, bool has_user) noexcept {
  if (!seen.empty() && at(seen, 0) != version) return not_socks;
  if (seen.size() < 2) return {};
  const std::uint8_t method = at(seen, 1);
  if (method == no_method) return {.state = refused, .words = "it takes none of our logins"};
  if (method != 0 && !(has_user && method == socks_user_login))
    return {.state = broken, .words = "it wants a login that it was not offered"};
  return {.state = yes, .size = 2, .code = method};
}

std::size_t write_socks_login(const Tunnel& tunnel, std::span<std::byte> into) noexcept {
  ByteWriting writing(into);
  put_byte(writing, login_version);
  put_text(writing, tunnel.user);
  put_text(writing, tunnel.password);
  return writing.written().size();
}

TunnelAnswer read_socks_login(std::span<const std::byte> seen) noexcept {
  if (!seen.empty() && at(seen, 0) != login_version) return not_socks;
  if (seen.size() < 2) return {};
  if (at(seen, 1) != 0) return {.state = refused, .words = "it does not take our user and password"};
  return {.state = yes, .size = 2};
}

std::size_t write_socks_request(const TunnelTarget& target, std::span<std::byte> into) noexcept {
  constexpr std::uint32_t connect = 1;
  ByteWriting writing(into);
  put_byte(writing, version);
  put_byte(writing, connect);
  put_byte(writing, 0);
  if (const auto ip = parse_ip(target.host)) {
    put_address(writing, *ip);
  } else {
    put_byte(writing, name);
    put_text(writing, target.host);
  }
  writing.put_number(target.port, port_bytes);
  return writing.written().size();
}

TunnelAnswer read_socks_reply(std::span<const std::byte> seen) noexcept {
  if (!seen.empty() && at(seen, 0) != version) return not_socks;
  if (seen.size() < 2) return {};
  if (at(seen, 1) != 0) return refusal(at(seen, 1));
  if (seen.size() < before_address) return {};
  const std::size_t address = address_bytes(seen);
  const bool may_come = at(seen, before_address - 1) == name && seen.size() == before_address;
  if (address == 0 && !may_come) return not_socks;
  const std::size_t size = before_address + address + port_bytes;
  if (may_come || seen.size() < size) return {};
  return {.state = yes, .size = size};
}

}  // namespace duplexd
