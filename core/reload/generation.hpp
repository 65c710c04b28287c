#pragma once

#include "core/config/config.hpp"
#include "core/metrics/events.hpp"
#include "core/reload/discovery/endpoint_sources.hpp"
#include "core/reload/endpoints/orders.hpp"
#include "core/reload/held_endpoints.hpp"
#include "core/reload/parts/served.hpp"
#include "core/reload/parts/tls_parts.hpp"
#include "core/reload/parts/tunnels.hpp"
#include "core/reload/registry.hpp"
#include "core/reload/sockets/listening.hpp"
#include "core/worker/worker_group.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace duplexd {

/// What snapshots are made with. All of it outlives them.
struct Surroundings {
  NameService& names;
  CatalogService& catalogs;
  EventSink& sink;
  Registry& registry;
  ProcessLimits& process;
  WorkerGroup& workers;
  Orders& orders;
  const std::shared_ptr<TicketKeys>& tickets;
};

/// How many sessions a listener may have at once, by its own limit.
std::size_t most_sessions_of(const ListenerConfig& listener) noexcept;

/// What the control thread holds for one snapshot: its names, its open sockets and its parts. It becomes what
/// is served by commit() and the plans of the workers, or is destroyed and leaves no trace. What it does not
/// share with the generation before is made beforehand. Used by the control thread.
///
/// Everything that is not noexcept throws std::bad_alloc without memory, and then is destroyed.
class Generation {
 public:
  using Acceptances = std::vector<std::shared_ptr<Acceptor>>;

  /// Subscribes to its names. `on_names` runs when one of them has changed. Of its sources it does not follow
  /// those whose endpoints are `held`.
  Generation(const Surroundings& around, std::shared_ptr<const Config> config,
             const std::function<void()>& on_names, const HeldEndpoints& held = {});
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  const Config& config() const noexcept { return *config_; }
  /// The same as it was asked for: with sources, where config() has the endpoints that they stood for.
  const Config& asked_for() const noexcept { return *asked_for_; }
  const std::shared_ptr<const Config>& shared_asked_for() const noexcept { return asked_for_; }
  const EndpointSources& sources() const noexcept { return sources_; }
  /// The same with the endpoints that they stand for now.
  std::shared_ptr<const Config> found_now() const { return sources_.found(asked_for_); }
  bool is_outdated() const { return !sources_.all().empty() && found_now()->upstreams != config_->upstreams; }
  const std::shared_ptr<const Config>& shared_config() const noexcept { return config_; }
  const OpenAddresses& addresses() const noexcept { return addresses_; }
  const std::vector<ServedListener>& listeners() const noexcept { return listeners_; }
  const std::vector<ServedUpstream>& upstreams() const noexcept { return upstreams_; }

  /// Null: it has none of this account.
  const ServedListener* find(const ListenerAccount& account) const noexcept;
  const ServedUpstream* find(const UpstreamAccount& account) const noexcept;
  const ServedUpstream* find_upstream(std::string_view name) const noexcept;

  /// A failure if a name that is required has no address, or a source that is required has not answered.
  StartResult<void> check_names() const;

  /// Reads certificates, keys and passwords. Those of `before` (null: there is none) are taken over where the
  /// configuration is the same, unless they are to be read `again` where files have changed. A failure if
  /// they are of no use.
  StartResult<void> read_files(const Generation* before, bool again);
  /// Whether files that are watched have changed since.
  bool has_stale_certificates() const noexcept { return tls_.is_stale(*config_); }
  /// The same of all files, watched or not, those with passwords included.
  bool has_changed_files() const;
  std::vector<CertificateReport> certificates() const { return tls_.certificates(*config_); }

  /// Opens what `before` has not open (null: nothing is).
  StartResult<void> open(const Generation* before, InheritedSockets& inherited);
  /// After the workers have stopped watching.
  void close() noexcept {
    give_back(*config_, addresses_);
    addresses_.clear();
  }
  /// The sockets that it has made take nobody any more, also where others have copies. Before close().
  void end_sockets() const noexcept { duplexd::end_sockets(addresses_); }
  /// Sets the options of the sockets, also of those that are in use already.
  StartResult<void> configure() const { return configure_addresses(*config_, addresses_); }

  /// Makes its parts, after open() and read_files(). Those that did not change are those of `before` (null:
  /// there is none).
  void make_parts(const Generation* before, std::size_t most_sessions);

  bool has(const OpenAddress& address) const { return acceptors_.contains(&address); }
  /// Those of the address's sockets, in their order.
  const Acceptances& acceptors(const OpenAddress& address) const { return acceptors_.at(&address); }

  /// From now on its limits hold, and what only `before` has counts as removed.
  void commit(const Generation* before) noexcept;

  /// Makes the pools anew whose names have changed, and tells the workers. After commit().
  void follow_names();

  /// The endpoint obeys what the operator says from now on; it is one of the upstream that `account` is of. A
  /// change of its weight needs memory: std::bad_alloc, and it counts in the next pool.
  void obey(const UpstreamAccount& upstream, EndpointAccount& endpoint, const Order& order);

  /// Clients are refused, or let into the backlog again. Clients of Unix sockets wait in it all the time.
  void refuse_clients() const noexcept { duplexd::refuse_clients(addresses_); }
  void welcome_clients() const noexcept { duplexd::welcome_clients(*config_, addresses_); }

 private:
  void add_upstream(const UpstreamConfig& config, const std::function<void()>& on_names);
  void on_name(std::size_t upstream, std::size_t endpoint);
  ServedListener listener_part(std::size_t index, const Generation* before, std::size_t most_sessions) const;
  void make_upstream_part(std::size_t index, const Generation* before);
  void make_acceptors(const Generation* before);
  void make_pools(const Generation* before);
  void follow_names(std::size_t upstream, std::vector<Pool::Member> members);
  bool renew_pool(ServedUpstream& upstream, std::vector<Pool::Member> members);

  const Surroundings around_;
  const std::shared_ptr<const Config> asked_for_;
  const EndpointSources sources_;
  const std::shared_ptr<const Config> config_;
  std::vector<ServedUpstream> upstreams_;  // in the order of the configuration, as the next ones
  std::vector<ServedListener> listeners_;
  TlsParts tls_;
  Tunnels tunnels_;
  OpenAddresses addresses_;
  std::unordered_map<const void*, std::size_t> places_;  // by account
  std::unordered_map<const OpenAddress*, Acceptances> acceptors_;
};

}  // namespace duplexd
