#pragma once

#include "core/config/config.hpp"
#include "core/metrics/events.hpp"
#include "core/reload/listening.hpp"
#include "core/reload/registry.hpp"
#include "core/upstream/resolver.hpp"
#include "core/worker/worker_plan.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace duplexd {

/// What the workers share of the listeners of one name, in all snapshots.
struct SharedLimits {
  SessionLimit sessions{0};
  std::shared_ptr<SourceTable> sources;  ///< null: limits.per_source is off
};

/// What the control thread holds for one snapshot: the addresses of its names and its open sockets. It
/// becomes what the workers serve by way of their plans, or is destroyed and leaves no trace. Used by the
/// control thread.
class Generation {
 public:
  using OnPool = std::function<void(const UpstreamAccount&, std::shared_ptr<const Pool>)>;

  /// `control`, `registry` and `sink` outlive it.
  Generation(boost::asio::io_context& control, std::shared_ptr<const Config> config, Registry& registry,
             EventSink& sink, unsigned workers);

  const Config& config() const noexcept { return *config_; }
  const OpenAddresses& addresses() const noexcept { return addresses_; }

  /// Looks every name up and waits.
  void resolve_all();
  /// Takes over what `earlier` knows about names, looks the others up, and runs `done` later.
  void resolve_missing(const Generation& earlier, const std::function<void()>& done);
  /// A failure if a name that is required has no address.
  StartResult<void> check_names() const;

  /// Opens and configures the sockets. `current` is what the process has already.
  StartResult<void> open(const OpenAddresses& current, InheritedSockets& inherited);
  /// After the workers have stopped watching.
  void close() {
    give_back(*config_, addresses_);
    addresses_.clear();
  }
  StartResult<void> configure() const { return configure_addresses(*config_, addresses_); }

  /// The limits that hold from now on, of listeners that are new as of others.
  void set_limits(std::map<const ListenerAccount*, SharedLimits>& limits, std::size_t most_sessions) const;
  /// Makes what plans have of the upstreams, from what their names stand for now. After open().
  void make_pools();
  WorkerPlan plan(std::uint32_t worker, std::map<const ListenerAccount*, SharedLimits>& limits) const;

  /// Looks names up again on their intervals, from now on, until stop_resolving(). `on_pool` gets the pool of
  /// an upstream when other addresses are to be dialled.
  void start_resolving(const OnPool& on_pool);
  void stop_resolving() { resolvers_.clear(); }
  std::vector<Target> targets(const std::string& upstream) const;

  /// Clients are refused, or let into the backlog again. Clients of Unix sockets wait in it all the time.
  void refuse_clients() const noexcept { duplexd::refuse_clients(addresses_); }
  void welcome_clients() const noexcept { duplexd::welcome_clients(*config_, addresses_); }

 private:
  std::vector<int> sockets_of(std::size_t listener, std::uint32_t worker) const;

  const std::shared_ptr<const Config> config_;
  Registry& registry_;
  const unsigned workers_;
  std::deque<UpstreamResolver> resolvers_;  // in the order of the upstreams
  OpenAddresses addresses_;
  std::vector<std::shared_ptr<const Pool>> pools_;  // of the upstreams
};

}  // namespace duplexd
