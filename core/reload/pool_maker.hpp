#pragma once

#include "core/net/host_addresses.hpp"
#include "core/reload/loops.hpp"
#include "core/upstream/resolver.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

namespace duplexd {

/// Makes the pools of one configuration from what its names stand for, and what this host has, at this
/// moment. Used by the control thread, for that moment.
class PoolMaker {
 public:
  /// `resolvers` are in the order of the upstreams.
  PoolMaker(std::shared_ptr<const Config> config, const OpenAddresses& addresses,
            const std::deque<UpstreamResolver>& resolvers);

  std::shared_ptr<const Pool> make(std::size_t upstream) const;

 private:
  Pool::Member member(std::size_t upstream, const Target& target) const;

  const std::shared_ptr<const Config> config_;
  const std::deque<UpstreamResolver>& resolvers_;
  const HostAddresses host_;
  const Loops loops_;
};

}  // namespace duplexd
