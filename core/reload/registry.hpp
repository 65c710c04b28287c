#pragma once

#include "core/config/config.hpp"
#include "core/metrics/account.hpp"
#include "core/metrics/totals.hpp"
#include "core/upstream/upstream_account.hpp"

#include <cstddef>

namespace duplexd {

/// Every name that was ever configured, and what was counted under it. It outlives snapshots, so that a
/// counter never goes back and what was reported may refer to its names at any later time. It grows with new
/// names only, by some hundred bytes each. Used by the control thread.
struct Registry {
  explicit Registry(std::size_t workers) : listeners(workers), upstreams(workers) {}

  /// Without what is not counted by name.
  Totals totals() const;

  /// Marks the endpoints that `config` does not have as removed.
  void configure(const Config& config);

  /// After workers have left a snapshot: destroys its pools and endpoints that nobody uses.
  void forget_unused();

  Accounts<ListenerAccount> listeners;
  Accounts<UpstreamAccount> upstreams;
};

}  // namespace duplexd
