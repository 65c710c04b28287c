#pragma once

#include "core/net/host_addresses.hpp"
#include "core/reload/parts/loops.hpp"
#include "core/reload/parts/served.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace duplexd {

/// Says what the pools of one configuration consist of, from what its names stand for, and what this host
/// has, at this moment. Used by the control thread, for that moment.
class PoolMaker {
 public:
  /// `upstreams` are in the order of the configuration. All outlive it.
  PoolMaker(const Config& config, const OpenAddresses& addresses,
            const std::vector<ServedUpstream>& upstreams);

  /// Members for a pool that is made soon (UpstreamAccount::make_pool()).
  std::vector<Pool::Member> members_of(std::size_t upstream) const;

  /// What clients of its listeners come to, if an endpoint is where they wanted to go; else nothing.
  std::vector<Claim> claims_of(std::size_t upstream) const;

 private:
  Pool::Member member(std::size_t upstream, const Target& target) const;

  const Config& config_;
  const OpenAddresses& addresses_;
  const std::vector<std::shared_ptr<UpstreamAccount>> accounts_;
  const std::vector<std::vector<Target>> targets_;  // of each upstream
  const HostAddresses host_;
  const Loops loops_;
};

}  // namespace duplexd
