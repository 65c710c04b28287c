#pragma once

#include "core/config/config.hpp"
#include "core/metrics/account.hpp"
#include "core/metrics/events.hpp"
#include "core/metrics/totals.hpp"
#include "core/upstream/endpoint.hpp"
#include "core/upstream/pool.hpp"
#include "core/upstream/waiting_line.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace duplexd {

/// An endpoint as it is configured, with the addresses that its name has stood for and that somebody still
/// uses. Lives until no snapshot and no session has it. Used by the control thread.
class EndpointAccount {
 public:
  EndpointAccount(std::string_view called, std::size_t /*workers*/) : name(called) {}

  const std::string name;

  /// The endpoint at this address: the one that there is, or a new one with the next serial number.
  const Endpoint& at(const SocketAddress& address, std::uint64_t& last_serial);

  // Removed is what the configuration that is served lacks. From one to the next: keep() what the next has,
  // remove_unless_kept() what the last had, restore() what the next has. Nothing is removed in between that
  // both have.
  void keep() noexcept { kept_ = true; }
  void remove_unless_kept() noexcept { set_removed(!kept_); }
  void restore() noexcept {
    kept_ = false;
    set_removed(false);
  }
  bool removed() const noexcept { return standing_.removed.load(std::memory_order_relaxed); }

  OperatorWord word() const noexcept { return standing_.word.load(std::memory_order_relaxed); }
  /// Without one that it had, its endpoints begin anew: sessions' troubles are forgotten, and those that are
  /// up start slowly.
  void set_word(OperatorWord word) noexcept;

  /// The operator's weight, which counts instead of the configured one; none: that counts.
  std::optional<unsigned> weight() const noexcept { return weight_; }
  void set_weight(std::optional<unsigned> weight) noexcept { weight_ = weight; }

  /// Destroys the endpoints that were not kept since the last call and that no session has.
  void forget_unkept() noexcept;
  std::size_t endpoint_count() const noexcept { return endpoints_.size(); }

  Totals::Endpoint totals() const;
  /// Counts on from what another process has counted.
  void begin_with(const Totals::Endpoint& earlier) noexcept;

 private:
  struct Hash {
    std::size_t operator()(const SocketAddress& address) const noexcept;
  };

  void set_removed(bool removed) noexcept { standing_.removed.store(removed, std::memory_order_relaxed); }

  NameStanding standing_;
  bool kept_ = false;
  std::optional<unsigned> weight_;
  std::unordered_map<SocketAddress, Endpoint, Hash> endpoints_;
  Totals::Endpoint forgotten_;  // the counts of endpoints that are no more
};

/// An upstream in all snapshots, with what its workers share. Lives until no snapshot and no session has it.
/// Used by the control thread, apart from the counters and the turns.
struct UpstreamAccount : Account<UpstreamCounters> {
  UpstreamAccount(std::string_view called, std::size_t worker_count)
      : Account(called, worker_count), endpoints(worker_count) {}

  Accounts<EndpointAccount> endpoints;
  Totals::Upstream earlier{};     ///< what another process has counted, endpoints apart
  std::uint64_t last_serial = 0;  ///< of its endpoints

  /// How many turns sessions have taken, one each.
  alignas(64) std::atomic<std::uint64_t> turns{0};

  alignas(64) WaitingLine line;

  /// Keeps the pool until forget_unused() finds that nobody else has it. Endpoints that at() gave are safe
  /// from then on only.
  std::shared_ptr<const Pool> make_pool(std::shared_ptr<const UpstreamConfig> config,
                                        std::vector<Pool::Member> members, EndpointReach reach = {});

  /// Destroys pools that no worker has any more, endpoints that neither pool nor session has, and the
  /// accounts of those whose name no snapshot has, unless `sink` cannot take the name. Needs no memory.
  void forget_unused(EventSink& sink) noexcept;

  std::size_t pool_count() const noexcept { return pools_.size(); }

 private:
  std::vector<std::shared_ptr<const Pool>> pools_;
};

/// An address to dial and what it is called. A host name that has several addresses makes several targets.
struct Target {
  std::shared_ptr<EndpointAccount> account;
  SocketAddress address;
  EndpointConfig config{};
  float share = 1;  ///< of the weight: the addresses of a name have equal parts
};

}  // namespace duplexd
