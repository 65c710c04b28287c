#include "core/net/address/address_text.hpp"

#include <fmt/compile.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace duplexd {
namespace {

constexpr std::size_t mapped_prefix = 12;
constexpr PeerAddress::Bytes mapped_any{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<PeerAddress::Bytes> parse_ip(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != text.npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());

  auto ip = mapped_any;
  if (::inet_pton(AF_INET, terminated.data(), ip.data() + mapped_prefix) == 1) return ip;
  if (::inet_pton(AF_INET6, terminated.data(), ip.data()) == 1) return ip;
  return std::nullopt;
}

// inet_ntop(3) takes four times as long for IPv4, which lists of thousands of sessions are full of.
std::string ip_to_string(const PeerAddress::Bytes& ip) {
  if (is_ipv4_mapped(ip)) return fmt::format(FMT_COMPILE("{}.{}.{}.{}"), ip[12], ip[13], ip[14], ip[15]);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, ip.data(), text.data(), text.size());
  return text.data();
}

bool is_ipv4_mapped(const PeerAddress::Bytes& ip) noexcept {
  return std::equal(ip.begin(), ip.begin() + mapped_prefix, mapped_any.begin());
}

bool is_link_local(const PeerAddress::Bytes& ip) noexcept { return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80; }

SocketAddress socket_address(const PeerAddress::Bytes& ip, std::uint16_t port, std::uint32_t scope) noexcept {
  const bool ipv4 = is_ipv4_mapped(ip);
  sockaddr_storage storage{};
  if (ipv4) {
    auto& inet = reinterpret_cast<sockaddr_in&>(storage);
    inet.sin_family = AF_INET;
    std::memcpy(&inet.sin_addr, ip.data() + mapped_prefix, sizeof inet.sin_addr);
  } else {
    auto& inet6 = reinterpret_cast<sockaddr_in6&>(storage);
    inet6.sin6_family = AF_INET6;
    inet6.sin6_scope_id = scope;
    std::memcpy(&inet6.sin6_addr, ip.data(), ip.size());
  }
  SocketAddress address(reinterpret_cast<const sockaddr*>(&storage),
                        ipv4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
  address.set_port(port);
  return address;
}

}  // namespace duplexd
