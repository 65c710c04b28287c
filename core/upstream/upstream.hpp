#pragma once

#include "core/config/config.hpp"
#include "core/metrics/counters.hpp"
#include "core/upstream/balancer.hpp"
#include "core/upstream/endpoint.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace duplexd {

/// A pool of endpoints as one worker knows it. Used by that worker only; sessions borrow endpoints from it
/// and end before it does.
class Upstream {
 public:
  /// `config` and `counters` outlive it. `targets` may be empty: sessions then end with
  /// CloseReason::no_endpoint.
  Upstream(const UpstreamConfig& config, UpstreamCounters& counters, std::vector<Target> targets);

  const UpstreamConfig& config() const noexcept { return config_; }
  UpstreamCounters& counters() noexcept { return counters_; }

  /// The endpoint to try next, marked in `tried`, or null. Give it back with release().
  Endpoint* acquire(TriedEndpoints& tried) noexcept;
  void release(Endpoint& endpoint) noexcept;

  /// The local address to dial `endpoint` from: those of the endpoint's family in turn; null: the kernel's
  /// choice.
  const SocketAddress* next_source(const Endpoint& endpoint) noexcept;

  /// From now on `targets` are chosen from. Endpoints that stay keep their state; one that left
  /// goes when its last session has.
  void replace(std::vector<Target> targets);

  std::size_t size() const noexcept { return endpoints_.size(); }

 private:
  std::unique_ptr<Endpoint> take_or_make(Target target);

  const UpstreamConfig& config_;
  UpstreamCounters& counters_;
  std::unique_ptr<Balancer> balancer_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  std::vector<std::unique_ptr<Endpoint>> retired_;
  std::array<std::size_t, 2> next_source_{};  // a turn for each family, or one would skip for the other
};

}  // namespace duplexd
