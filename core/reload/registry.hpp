#pragma once

#include "core/listener/listener_account.hpp"
#include "core/metrics/account.hpp"
#include "core/metrics/events.hpp"
#include "core/metrics/totals.hpp"
#include "core/upstream/upstream_account.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace duplexd {

/// What is counted under each name, over all snapshots, so that a counter never goes back. An account lives
/// until no snapshot and no session has it; its sums stay. Used by the control thread.
class Registry {
 public:
  /// `sink` outlives it, and gets the names that nothing will be reported about any more.
  Registry(std::size_t workers, EventSink& sink) : listeners(workers), upstreams(workers), sink_(sink) {}

  Accounts<ListenerAccount> listeners;
  Accounts<UpstreamAccount> upstreams;

  /// With what was counted before; of what is not counted by name, only that.
  Totals totals() const;

  /// Counts on from what another process has counted.
  void begin_with(const Totals& earlier);

  /// Destroys pools, endpoints and accounts that nobody uses; none while names are held. What is still used
  /// is left to a later call: sessions and workers do not tell when they have done with it. Without memory,
  /// std::bad_alloc: some are left.
  void forget_unused();

  /// All names live for as long as somebody has this.
  std::shared_ptr<const void> hold_names() const noexcept { return held_; }

 private:
  bool forget(const std::shared_ptr<ListenerAccount>& account);
  bool forget(const std::shared_ptr<UpstreamAccount>& account);

  EventSink& sink_;
  const std::shared_ptr<const bool> held_ = std::make_shared<const bool>();
  Totals::Listener former_listeners_;
  Totals::Upstream former_upstreams_;
  std::uint64_t earlier_fallbacks_ = 0;
  std::uint64_t earlier_wakeups_ = 0;
};

}  // namespace duplexd
