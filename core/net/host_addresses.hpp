#pragma once

#include "core/net/address/address.hpp"

#include <vector>

namespace duplexd {

/// What this host can be reached at, as its interfaces were when this was made.
class HostAddresses {
 public:
  /// Asks the kernel. What it refuses to say is taken for absent.
  HostAddresses();
  /// Those of a host with these addresses beside loopback.
  explicit HostAddresses(const std::vector<SocketAddress>& addresses);

  /// A connection to `address` stays on this host. The port does not matter; 0.0.0.0 and [::] are dialled as
  /// loopback.
  bool has(const SocketAddress& address) const noexcept;

  /// It has an address of this family (AF_INET, AF_INET6) that is not loopback.
  bool has_beside_loopback(int family) const noexcept;

 private:
  std::vector<PeerAddress::Bytes> addresses_;
};

/// Whether an IP address is of this host at this moment. Costs a socket; without one, true. Any address is,
/// where the host may bind all of them (ip_nonlocal_bind).
bool is_of_this_host(const SocketAddress& address) noexcept;

/// 0.0.0.0 or [::], with any port.
bool is_wildcard(const SocketAddress& address) noexcept;

}  // namespace duplexd
