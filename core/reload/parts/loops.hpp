#pragma once

#include "core/config/config.hpp"
#include "core/net/host_addresses.hpp"
#include "core/reload/sockets/listening.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace duplexd {

/// An address that a listener is bound to.
struct Bound {
  std::size_t listener;  ///< index into Config::listeners
  SocketAddress address;
  bool dual_stack = false;  ///< an IPv6 socket that takes IPv4 clients as well

  /// A connection to `dialled` arrives here, unless a listener is bound to that very address.
  bool takes(const SocketAddress& dialled, const HostAddresses& host) const noexcept;
};

std::vector<Bound> bound_addresses(const OpenAddresses& addresses);
/// The same before anything is opened. Of inherited sockets nothing is known.
std::vector<Bound> bound_addresses(const Config& config);

/// Finds the endpoints that are listeners of ours and lead back to the upstream that dials them: one
/// client would fill the process with sessions to itself. A chain of listeners that ends is no loop.
class Loops {
 public:
  /// The first and the third outlive it. `dialled` has the addresses of each upstream. What comes in by an
  /// interface of its own leads back only to upstreams that dial by that interface.
  Loops(const Config& config, std::vector<Bound> bound, const HostAddresses& host,
        const std::vector<std::vector<SocketAddress>>& dialled);

  /// The listener by which an endpoint of `upstream` leads back to it; null: it does not.
  const Bound* way_back(std::size_t upstream, const SocketAddress& endpoint) const;

 private:
  const Bound* find(std::size_t upstream, const SocketAddress& endpoint) const;
  bool may_meet(std::size_t upstream, const Bound& bound) const;
  bool reaches(std::size_t from, std::size_t to) const;

  const Config& config_;
  std::vector<std::vector<std::size_t>> upstreams_;      // of each listener
  std::unordered_multimap<std::uint16_t, Bound> bound_;  // by port
  const HostAddresses& host_;
  std::vector<std::vector<std::size_t>> next_;  // upstreams that each upstream dials by way of a listener
};

}  // namespace duplexd
