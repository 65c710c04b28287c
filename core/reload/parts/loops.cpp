#include "core/reload/parts/loops.hpp"

#include "core/net/socket/socket_calls.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace duplexd {

namespace {

bool takes_ipv4(const OpenAddress& open) {
  const auto& sockets = open.opened.sockets;
  return open.address.family() == AF_INET6 && !sockets.empty() &&
         get_option(sockets.front().get(), IPPROTO_IPV6, IPV6_V6ONLY) == 0;
}

bool same_place(const SocketAddress& bound, const SocketAddress& dialled) noexcept {
  if (bound.is_unix() || dialled.is_unix()) return bound == dialled;
  return PeerAddress(bound).ip() == PeerAddress(dialled).ip();
}

// Which connect(2) takes the wildcard for.
SocketAddress arrives_at(const SocketAddress& dialled) {
  if (!is_wildcard(dialled)) return dialled;
  const char* const loopback = dialled.family() == AF_INET ? "127.0.0.1:0" : "[::1]:0";
  SocketAddress address = *SocketAddress::parse(loopback);
  address.set_port(dialled.port());
  return address;
}

}  // namespace

bool Bound::takes(const SocketAddress& dialled, const HostAddresses& host) const noexcept {
  if (same_place(address, dialled)) return true;
  if (dialled.is_unix() || !is_wildcard(address) || !host.has(dialled)) return false;
  return dual_stack || PeerAddress(address).family() == PeerAddress(dialled).family();
}

std::vector<Bound> bound_addresses(const OpenAddresses& addresses) {
  std::vector<Bound> bound;
  for (std::size_t listener = 0; listener < addresses.size(); ++listener) {
    for (const auto& open : addresses[listener])
      bound.push_back({listener, open->address, takes_ipv4(*open)});
  }
  return bound;
}

std::vector<Bound> bound_addresses(const Config& config) {
  std::vector<Bound> bound;
  for (std::size_t listener = 0; listener < config.listeners.size(); ++listener) {
    for (const BindAddress& bind : config.listeners[listener].bind) {
      if (bind.kind == BindAddress::Kind::inherited) continue;
      bound.push_back({listener, bind.address, bind.kind == BindAddress::Kind::dual_stack});
    }
  }
  return bound;
}

Loops::Loops(const Config& config, std::vector<Bound> bound, const HostAddresses& host,
             const std::vector<std::vector<SocketAddress>>& dialled)
    : config_(config), host_(host) {
  for (const ListenerConfig& listener : config.listeners) upstreams_.push_back(upstreams_of(listener));
  for (Bound& one : bound) bound_.emplace(one.address.port(), std::move(one));
  for (const auto& addresses : dialled) {
    const std::size_t upstream = next_.size();
    std::vector<std::size_t>& next = next_.emplace_back();
    for (const SocketAddress& address : addresses) {
      if (const Bound* const at = find(upstream, address))
        std::ranges::copy(upstreams_[at->listener], std::back_inserter(next));
    }
  }
}

const Bound* Loops::way_back(std::size_t upstream, const SocketAddress& endpoint) const {
  const Bound* const at = find(upstream, endpoint);
  if (!at) return nullptr;
  const auto& begins = upstreams_[at->listener];
  return std::ranges::any_of(begins, [&](std::size_t from) { return reaches(from, upstream); }) ? at
                                                                                                : nullptr;
}

// A listener on the address itself is preferred to one on a wildcard, as the kernel does.
const Bound* Loops::find(std::size_t upstream, const SocketAddress& endpoint) const {
  const SocketAddress dialled = arrives_at(endpoint);
  const Bound* found = nullptr;
  const auto [first, last] = bound_.equal_range(dialled.port());
  for (auto one = first; one != last; ++one) {
    if (!may_meet(upstream, one->second)) continue;
    if (same_place(one->second.address, dialled)) return &one->second;
    if (one->second.takes(dialled, host_)) found = &one->second;
  }
  return found;
}

bool Loops::may_meet(std::size_t upstream, const Bound& bound) const {
  const std::string& only = config_.listeners[bound.listener].client.network.interface;
  return only.empty() || bound.address.is_unix() ||
         only == config_.upstreams[upstream].endpoint.network.interface;
}

bool Loops::reaches(std::size_t from, std::size_t to) const {
  std::vector<bool> seen(next_.size());
  std::vector<std::size_t> left{from};
  while (!left.empty()) {
    const std::size_t upstream = left.back();
    left.pop_back();
    if (upstream == to) return true;
    if (seen[upstream]) continue;
    seen[upstream] = true;
    left.insert(left.end(), next_[upstream].begin(), next_[upstream].end());
  }
  return false;
}

}  // namespace duplexd
