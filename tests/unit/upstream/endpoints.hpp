#pragma once

#include "core/upstream/endpoint.hpp"
#include "tests/support/peer.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace duplexd::test {

inline Target target(std::string_view name, std::string_view address, unsigned weight = 1) {
  return {.name = name, .address = address_of(address), .weight = weight};
}

/// Endpoints with these weights; the one at index i listens on port i + 1.
inline std::vector<Target> targets_with(const std::vector<unsigned>& weights) {
  std::vector<Target> targets;
  for (const unsigned weight : weights) {
    const SocketAddress address = loopback(static_cast<std::uint16_t>(targets.size() + 1));
    targets.push_back({.name = "endpoint", .address = address, .weight = weight});
  }
  return targets;
}

}  // namespace duplexd::test
