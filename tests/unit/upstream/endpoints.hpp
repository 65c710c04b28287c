#pragma once

#include "core/upstream/endpoint.hpp"
#include "tests/support/peer.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace duplexd::test {

/// Of one worker, for all tests of the program: accounts are never given back.
inline UpstreamAccount& upstream_account() {
  static Registry registry(1);
  return registry.upstreams["upstream"];
}

inline Target target(std::string_view name, const SocketAddress& address, unsigned weight = 1) {
  return {.account = &upstream_account().endpoints[name], .address = address, .weight = weight};
}

inline Target target(std::string_view name, std::string_view address, unsigned weight = 1) {
  return target(name, address_of(address), weight);
}

/// Endpoints with these weights; the one at index i listens on port i + 1.
inline std::vector<Target> targets_with(const std::vector<unsigned>& weights) {
  std::vector<Target> targets;
  for (const unsigned weight : weights) {
    const SocketAddress address = loopback(static_cast<std::uint16_t>(targets.size() + 1));
    targets.push_back(target("endpoint", address, weight));
  }
  return targets;
}

}  // namespace duplexd::test
