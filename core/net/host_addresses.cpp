#include "core/net/host_addresses.hpp"

#include "core/net/address/address_text.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <fstream>
#include <memory>

namespace duplexd {
namespace {

using Interfaces = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>;

Interfaces interfaces() noexcept {
  ifaddrs* found = nullptr;
  if (::getifaddrs(&found) != 0) found = nullptr;
  return {found, &::freeifaddrs};
}

bool is_ip(const sockaddr* address) noexcept {
  return address && (address->sa_family == AF_INET || address->sa_family == AF_INET6);
}

PeerAddress::Bytes ip_of(const sockaddr* address) noexcept {
  const socklen_t size = address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  return PeerAddress(SocketAddress(address, size)).ip();
}

}  // namespace

HostAddresses::HostAddresses() {
  const Interfaces all = interfaces();
  for (const ifaddrs* one = all.get(); one; one = one->ifa_next) {
    if (is_ip(one->ifa_addr)) addresses_.push_back(ip_of(one->ifa_addr));
  }
  std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  if (!(range >> first >> last)) return;
  first_port_ = first;
  last_port_ = last;
}

HostAddresses::HostAddresses(const std::vector<SocketAddress>& addresses, std::uint16_t first_port,
                             std::uint16_t last_port)
    : first_port_(first_port), last_port_(last_port) {
  for (const SocketAddress& address : addresses) addresses_.push_back(PeerAddress(address).ip());
}

bool HostAddresses::has(const SocketAddress& address) const noexcept {
  if (address.is_unix() || address.is_loopback() || is_wildcard(address)) return true;
  return std::ranges::find(addresses_, PeerAddress(address).ip()) != addresses_.end();
}

bool HostAddresses::has_beside_loopback(int family) const noexcept {
  return std::ranges::any_of(addresses_, [&](const PeerAddress::Bytes& ip) {
    const SocketAddress address = socket_address(ip, 0);
    return address.family() == family && !address.is_loopback();
  });
}

bool HostAddresses::may_dial_from_port_of(const SocketAddress& address) const noexcept {
  return !address.is_unix() && address.port() >= first_port_ && address.port() <= last_port_;
}

bool is_wildcard(const SocketAddress& address) noexcept {
  const int family = address.family();
  return (family == AF_INET || family == AF_INET6) && address == SocketAddress::any(family, address.port());
}

}  // namespace duplexd
