#pragma once

#include "core/net/address/address.hpp"

#include <cstdint>
#include <vector>

namespace duplexd {

/// What this host can be reached at, as its interfaces were when this was made.
class HostAddresses {
 public:
  /// Reads interfaces and /proc. What cannot be read is taken for absent.
  HostAddresses();
  /// Those of a host with these addresses beside loopback, which dials from these ports.
  HostAddresses(const std::vector<SocketAddress>& addresses, std::uint16_t first_port,
                std::uint16_t last_port);

  /// A connection to `address` stays on this host. The port does not matter; 0.0.0.0 and [::] are dialled as
  /// loopback.
  bool has(const SocketAddress& address) const noexcept;

  /// It has an address of this family (AF_INET, AF_INET6) that is not loopback.
  bool has_beside_loopback(int family) const noexcept;

  /// The kernel may choose the port of `address` to dial from (net.ipv4.ip_local_port_range).
  bool may_dial_from_port_of(const SocketAddress& address) const noexcept;

 private:
  std::vector<PeerAddress::Bytes> addresses_;
  std::uint16_t first_port_ = 1;
  std::uint16_t last_port_ = 65'535;
};

/// 0.0.0.0 or [::], with any port.
bool is_wildcard(const SocketAddress& address) noexcept;

}  // namespace duplexd
