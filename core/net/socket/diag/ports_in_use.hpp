#pragma once

#include "core/net/address/address.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace duplexd {

/// How many ports of an address are taken for connections to `destination`.
struct PortUse {
  PeerAddress source;  ///< its own port is 0
  PeerAddress destination;
  std::size_t ports = 0;
};

/// Counts the TCP connections of this network namespace to `destinations`, of whichever process, also those
/// in TIME_WAIT (sock_diag(7)). One entry for each pair that there is, those of a destination together.
std::vector<PortUse> ports_in_use(std::span<const PeerAddress> destinations);

/// The part of what ports_in_use() returned that `destination` has.
std::span<const PortUse> uses_of(std::span<const PortUse> all, const PeerAddress& destination);

}  // namespace duplexd
