#include "core/reload/parts/served.hpp"

#include <sys/socket.h>

#include <algorithm>

namespace duplexd {

std::vector<SocketAddress> ServedEndpoint::addresses() const {
  if (is_original_destination(dialled)) return {SocketAddress()};
  if (!host()) return {std::get<SocketAddress>(dialled)};
  std::vector<SocketAddress> addresses = name.state().addresses;
  for (SocketAddress& address : addresses) address.set_port(host()->port);
  return addresses;
}

std::vector<Target> ServedUpstream::targets() const {
  std::vector<Target> targets;
  for (const ServedEndpoint& endpoint : endpoints) {
    std::vector<SocketAddress> addresses = endpoint.addresses();
    const int first = config->resolve.prefer == IpFamily::ipv6 ? AF_INET6 : AF_INET;
    std::stable_partition(addresses.begin(), addresses.end(),
                          [&](const SocketAddress& address) { return address.family() == first; });
    EndpointConfig weighed = endpoint.config;
    weighed.weight = endpoint.weight();
    const float share = static_cast<float>(weighed.weight) / static_cast<float>(addresses.size());
    for (const SocketAddress& address : addresses)
      targets.push_back({endpoint.account, address, weighed, share});
  }
  return targets;
}

const ServedEndpoint* ServedUpstream::find(std::string_view endpoint) const noexcept {
  const auto named = [&](const ServedEndpoint& each) { return each.account->name == endpoint; };
  const auto found = std::ranges::find_if(endpoints, named);
  return found == endpoints.end() ? nullptr : &*found;
}

const ServedEndpoint* ServedUpstream::missing() const {
  const auto without = [](const ServedEndpoint& endpoint) {
    const auto origin = endpoint.config.origin;
    const bool is_discovered = origin == EndpointOrigin::service || origin == EndpointOrigin::catalog;
    return endpoint.host() && !is_discovered && endpoint.name.state().addresses.empty();
  };
  const auto found = std::ranges::find_if(endpoints, without);
  return found == endpoints.end() ? nullptr : &*found;
}

bool same_settings(const ListenerConfig& one, const ListenerConfig& other) {
  ListenerConfig moved = one;
  moved.upstream = other.upstream;
  if (moved.routes.size() != other.routes.size()) return false;
  for (std::size_t i = 0; i < moved.routes.size(); ++i) moved.routes[i].upstream = other.routes[i].upstream;
  return moved == other;
}

}  // namespace duplexd
