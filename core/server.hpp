#pragma once

#include "core/catalog/catalog_service.hpp"
#include "core/config/config.hpp"
#include "core/handover/giving.hpp"
#include "core/handover/move_plan.hpp"
#include "core/handover/taking.hpp"
#include "core/metrics/events.hpp"
#include "core/metrics/exposition/figures.hpp"
#include "core/metrics/totals.hpp"
#include "core/names/name_service.hpp"
#include "core/reload/discovery/discovered.hpp"
#include "core/reload/endpoints/endpoint_report.hpp"
#include "core/reload/endpoints/orders.hpp"
#include "core/reload/explain/explanation.hpp"
#include "core/reload/sockets/listening.hpp"
#include "core/worker/effective_limits.hpp"
#include "core/worker/sessions/session_killing.hpp"
#include "core/worker/sessions/session_list.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// One address that is listened on.
struct ListeningAddress {
  std::string listener;
  SocketAddress address;     ///< with the port that the kernel chose
  bool inherited = false;    ///< by name, from the service manager
  std::string interface {};  ///< the only one that its clients come by; "": any
  std::vector<int> sockets;  ///< open until the address is no longer listened on

  friend bool operator==(const ListeningAddress&, const ListeningAddress&) = default;
};

/// The proxy: workers, listeners, upstreams and their sessions. Constructed, called and destroyed on the
/// control thread, which runs `control`; the workers run on threads of the server's own. The process ignores
/// SIGPIPE, from which splice(2) cannot be kept.
class Server {
 public:
  using OnReloaded = std::function<void(StartResult<void>)>;

  /// Opens and binds everything, or throws StartError. Clients can connect from here on and wait in the
  /// backlog. Does not wait for names: those that are required have been looked up (RequiredNames).
  /// All but `config` and `inherited` outlive the server.
  Server(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
         NameService& names, CatalogService& catalogs, InheritedSockets inherited = {});
  /// Ends what is left as abort() does, and joins the workers.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts the workers, which accept clients. Once.
  void start();

  /// Instead: takes the sessions of the process at the other end of `channel` first; clients wait in the
  /// backlogs meanwhile. `on_taken` runs on the control thread when clients are accepted, or will not be.
  /// Refused, they are from here on: it is paused. `channel` outlives that. Throws std::bad_alloc.
  void start_with(HandoverChannel& channel, NewClients clients, Taking::OnDone on_taken);

  /// Gives the sessions to the process at the other end of `channel`, which has the listening sockets, too.
  /// `on_given` runs on the control thread: with a failure, this process goes on with those that are left,
  /// and accepts clients, unless it is paused. `channel` outlives that. One at a time, and no reload
  /// meanwhile.
  void give_sessions(HandoverChannel& channel, Giving::To to, Giving::OnDone on_given);

  /// Has counted, later, which sessions give_sessions() would move.
  void plan_moves(std::function<void(const MovePlan&)> on_plan);

  /// Goes over to another configuration, all or nothing: names are resolved, sockets opened and all memory
  /// taken before anything is changed, and if that fails nothing was. Sockets of addresses that stay are
  /// kept, with who waits in them; sessions go on under the configuration that they began with, except that
  /// those of removed endpoints follow `on_removed`. `Config::workers` has no effect. `on_reloaded` runs on
  /// the control thread, when every worker has the new configuration; a refusal may come within this call.
  /// One reload at a time.
  void reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded);

  /// Accepts the clients in the backlogs, then refuses clients while sessions go on; `on_paused` runs on the
  /// control thread once clients are refused. Clients of Unix sockets wait in the backlog.
  void pause(std::function<void()> on_paused);
  void resume();
  bool paused() const noexcept;

  /// Accepts nobody from here on; clients wait in the backlogs, and sessions go on. `on_held` runs on the
  /// control thread once no worker accepts. Not while paused.
  void hold_off(const std::function<void()>& on_held);
  /// Ends that.
  void accept_again();

  /// Accepts the clients in the backlogs, unless leave_sockets() was called, then refuses clients; sessions
  /// go on until they end or `Config::drain` has passed, then they are ended with CloseReason::stopped.
  /// `on_stopped` runs on the control thread when no session is left.
  void drain(std::function<void()> on_stopped);
  /// The same within another time.
  void drain(Duration limit, std::function<void()> on_stopped);

  /// Ends every session now. After drain(), hurries it.
  void abort();

  /// Lists live sessions, a page at a time, in turns with relaying. `on_page` runs on the control thread.
  void list_sessions(const SessionQuery& query, std::function<void(const SessionPage&)> on_page);

  /// Ends live sessions at a rate. `on_done` runs on the control thread when all that are meant have ended.
  /// Not after give_sessions(), unless that has failed.
  void kill_sessions(const KillOrder& order, std::function<void(const KillOutcome&)> on_done);
  /// Whether that goes on for some order, but for those that only count.
  bool kills() const noexcept;

  /// Safe at any time; the figures of different workers are not of the same instant.
  Totals totals() const;

  /// Of each worker, safe at any time.
  std::vector<WorkerFigures> workers() const;

  /// How often each worker's loop has come round, which it does ten times a second; `ended` for one that has
  /// ended in order.
  std::vector<std::uint64_t> ticks() const;
  static constexpr std::uint64_t ended = std::numeric_limits<std::uint64_t>::max();

  /// Every address that is listened on, in configuration order.
  std::vector<ListeningAddress> addresses() const;

  /// Runs `on_reopened` after sockets were opened anew without a reload, because the host had changed: an
  /// interface was made again, or the file of a Unix socket removed.
  void on_reopened(std::function<void()> on_reopened);

  /// Runs `tell` for each upstream whose endpoints were found to have changed, in its file or its sources,
  /// and that has them now without a reload, and once for what was found and cannot be used.
  void on_discovered(std::function<void(const Discovered&)> tell);

  /// What is served: with the endpoints that were discovered.
  const Config& config() const noexcept;
  /// The same as it was asked for, by a reload or a file of endpoints: without those of sources.
  const Config& asked_for() const noexcept;

  /// Why clients cannot reach addresses any more that are listened on, as stale_addresses() tells. A reload
  /// of the same configuration opens them anew. Costs a system call for each Unix socket, and one for each
  /// interface.
  std::vector<std::string> stale_addresses() const;

  /// Whether files of certificates, keys or passwords are others now than those in use. A reload of the same
  /// configuration reads them again. Costs a system call for each file, and reads those of passwords.
  bool has_changed_files() const;

  /// Those that listeners show now.
  std::vector<CertificateReport> certificates() const;

  /// What can be told of the upstream of this name now; none: there is no such upstream.
  std::optional<UpstreamReport> report(std::string_view upstream) const;

  /// What would become of such a client if it came now, without traffic. Changes nothing.
  ExplainResult explain(const ExplainQuestion& question) const;

  /// An endpoint does what the operator wants of it from now on, also after reloads. One that is not
  /// configured does so when it is. False: there are too many orders already (Orders::most).
  bool obey(const Orders::Name& endpoint, const Order& order);
  const Orders& orders() const noexcept;

  /// Checks an endpoint now, which its report tells later. False: it is not checked.
  bool check(const Orders::Name& endpoint);

  /// The sockets that were inherited, also those in use, which are copies. A later configuration may ask for
  /// them.
  InheritedSockets& unused_sockets() noexcept;

  /// Another process has, or will have, the sockets: the files of Unix sockets stay when the server goes, and
  /// drain() accepts nobody from the backlogs.
  void leave_sockets() noexcept;

  /// Or no other process will have them, although somebody has copies: drain() shuts them down once the
  /// backlogs are empty, so that clients are refused whoever else still holds them. Those that were inherited
  /// stay.
  void end_sockets() noexcept;

  const EffectiveLimits& limits() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace duplexd
