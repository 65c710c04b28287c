#pragma once

#include "core/config/config.hpp"
#include "core/metrics/registry.hpp"
#include "core/upstream/balancer.hpp"
#include "core/upstream/endpoint.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace duplexd {

/// A pool of endpoints as one worker knows it. It lives on from snapshot to snapshot, and its endpoints with
/// it. Used by that worker only; sessions borrow endpoints from it and end before it does.
class Upstream {
 public:
  /// `account` outlives it. Without a configuration it has nothing to dial.
  Upstream(UpstreamAccount& account, std::uint32_t worker);

  std::string_view name() const noexcept { return account_.name; }
  UpstreamCounters& counters() noexcept { return account_.workers[worker_]; }
  const UpstreamConfig& config() const noexcept { return *config_; }

  /// The endpoint to try next, marked in `tried`, or null. Give it back with release().
  Endpoint* acquire(TriedEndpoints& tried) noexcept;
  void release(Endpoint& endpoint) noexcept;

  /// The local address to dial `endpoint` from: those of the endpoint's family in turn; null: the kernel's
  /// choice.
  const SocketAddress* next_source(const Endpoint& endpoint) noexcept;

  /// Goes over to another snapshot. Endpoints that stay keep their state; those of a name that `config` has
  /// no more are `removed`. Sessions with CloseReason::no_endpoint are what follows if `targets` is empty.
  void configure(std::shared_ptr<const UpstreamConfig> config, const std::vector<Target>& targets);

  /// The snapshot has the upstream no more: every endpoint is `removed`.
  void retire();

  /// From now on `targets` are chosen from: names resolve to other addresses. An endpoint that left goes when
  /// its last session has.
  void replace(const std::vector<Target>& targets);

  std::size_t size() const noexcept { return endpoints_.size(); }

 private:
  std::unique_ptr<Endpoint> take_or_make(const Target& target);
  void mark_removed() noexcept;

  UpstreamAccount& account_;
  const std::uint32_t worker_;
  std::shared_ptr<const UpstreamConfig> config_;
  std::unique_ptr<Balancer> balancer_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  std::vector<std::unique_ptr<Endpoint>> retired_;  // sessions have them
  std::array<std::size_t, 2> next_source_{};        // a turn for each family, or one would skip for the other
};

}  // namespace duplexd
