#include "core/net/host_addresses.hpp"

#include "core/net/address/address_text.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
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
}

HostAddresses::HostAddresses(const std::vector<SocketAddress>& addresses) {
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

bool is_of_this_host(const SocketAddress& address) noexcept {
  SocketAddress any_port = address;
  any_port.set_port(0);
  const FileDescriptor probe(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return !probe || ::bind(probe.get(), any_port.data(), any_port.size()) == 0 || errno != EADDRNOTAVAIL;
}

bool is_wildcard(const SocketAddress& address) noexcept {
  const int family = address.family();
  return (family == AF_INET || family == AF_INET6) && address == SocketAddress::any(family, address.port());
}

}  // namespace duplexd
