#include "core/net/address/claim.hpp"

#include "core/net/host_addresses.hpp"

#include <netinet/in.h>

#include <algorithm>

namespace duplexd {
namespace {

using Family = PeerAddress::Family;

std::uint32_t interface(const SocketAddress& address) noexcept {
  return address.family() == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_scope_id
                                      : 0;
}

bool same_interface(std::uint32_t one, std::uint32_t other) noexcept {
  return one == 0 || other == 0 || one == other;
}

}  // namespace

Claim claim_of(const BindAddress& bind, unsigned interface) noexcept {
  return {bind.address, bind.kind == BindAddress::Kind::dual_stack, interface};
}

bool overlap(const Claim& one, const Claim& other) noexcept {
  if (one.address.is_unix() || other.address.is_unix()) return one.address == other.address;
  if (one.address.port() != other.address.port() || one.address.port() == 0) return false;
  if (!same_interface(one.interface, other.interface)) return false;
  const PeerAddress a(one.address), b(other.address);  // an IPv4-mapped address is one of IPv4
  if (a.family() != b.family()) return a.family() == Family::inet6 ? one.dual_stack : other.dual_stack;
  if (!same_interface(interface(one.address), interface(other.address))) return false;
  return a.ip() == b.ip() || is_wildcard(one.address) || is_wildcard(other.address);
}

bool is_claimed(std::span<const Claim> claims, const SocketAddress& address) noexcept {
  return std::ranges::any_of(claims, [&](const Claim& claim) {
    return overlap(claim, {address}) && (!is_wildcard(claim.address) || is_of_this_host(address));
  });
}

}  // namespace duplexd
