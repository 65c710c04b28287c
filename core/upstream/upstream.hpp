#pragma once

#include "core/upstream/policies/choose_member.hpp"
#include "core/upstream/pool.hpp"
#include "core/upstream/tried.hpp"
#include "core/upstream/upstream_account.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace duplexd {

/// An upstream as one worker knows it: the pool that it chooses from now. It lives on from snapshot to
/// snapshot, and as long as a route refers to it. Used by that worker only, after the control thread has made
/// it.
class Upstream {
 public:
  /// Has a pool before it is asked for anything.
  Upstream(std::shared_ptr<UpstreamAccount> account, std::uint32_t worker) noexcept
      : account_(std::move(account)), worker_(worker), source_turns_{worker, worker} {}

  std::string_view name() const noexcept { return account_->name; }
  UpstreamCounters& counters() noexcept { return account_->workers[worker_]; }
  const UpstreamConfig& config() const noexcept { return pool_->config(); }
  const Pool& pool() const noexcept { return *pool_; }
  WaitingLine& line() noexcept { return account_->line; }

  /// Exchanges the pool, also for sessions that are still dialling. They do not try an endpoint again that
  /// they tried from the old pool.
  void use(std::shared_ptr<const Pool>& pool) noexcept {
    pool_.swap(pool);
    on_left();  // it may have more room
  }
  void use(std::shared_ptr<const Pool>&& pool) noexcept { pool_ = std::move(pool); }

  /// The turn of one session among those of all workers.
  std::uint64_t take_turn() noexcept { return account_->turns.fetch_add(1, std::memory_order_relaxed); }

  using Found = MemberFound;
  Found choose(const Pick& pick, const Tried& tried) const noexcept {
    return choose_member(*pool_, pick, tried);
  }

  /// Its sessions say that it is of no use. Too many of them are not ejected.
  void eject(const Endpoint& endpoint, Millis now) const noexcept;
  /// It has reset a session before it served it.
  void on_early_reset(const Endpoint& endpoint, Millis now) const noexcept;
  /// A session that had it has ended so.
  void on_served(const Endpoint& endpoint, const SessionEnd& end) const noexcept;

  /// A session has left an endpoint: one that waits for room is called.
  void on_left() noexcept {
    if (line().size() > 0) line().call_first();
  }
  /// Calls one that waits if a session without history would find room.
  void call_if_room(const Pick& pick) noexcept;

  /// Which of the source addresses of `family` is to be used first; the next follow it.
  std::uint32_t take_source_turn(int family) noexcept;

 private:
  const std::shared_ptr<UpstreamAccount> account_;
  const std::uint32_t worker_;
  std::shared_ptr<const Pool> pool_;
  std::array<std::uint32_t, 2> source_turns_;  // one for each family, or one would skip for the other
};

}  // namespace duplexd
