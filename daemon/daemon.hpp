#pragma once

#include "core/catalog/catalog_service.hpp"
#include "core/memory/handler_memory.hpp"
#include "core/names/dns/cares_source.hpp"
#include "core/reload/required_names.hpp"
#include "core/server.hpp"
#include "daemon/admin/admin_listener.hpp"
#include "daemon/catalog_keeper.hpp"
#include "daemon/configuration.hpp"
#include "daemon/control/control_plane.hpp"
#include "daemon/control/endpoint_control.hpp"
#include "daemon/control/status.hpp"
#include "daemon/handover/preparation.hpp"
#include "daemon/handover/upgrade.hpp"
#include "daemon/idle/idle_time.hpp"
#include "daemon/log/log_writer.hpp"
#include "daemon/metrics/source_ports.hpp"
#include "daemon/reloader.hpp"
#include "daemon/systemd/service_manager.hpp"
#include "daemon/systemd/socket_store.hpp"
#include "daemon/systemd/stop_job.hpp"
#include "daemon/systemd/watchdog.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace duplexd {

/// What the process knows beyond the configuration.
struct DaemonSetup {
  OpenOutputs open_log;
  std::optional<LogLevel> log_level;                  ///< from the command line; none: the configuration's
  std::optional<std::string> notify_socket;           ///< $NOTIFY_SOCKET; none: no service manager
  std::optional<std::chrono::milliseconds> watchdog;  ///< the result of watchdog_interval()
  InheritedSockets inherited;
  ProgramStart program{};                    ///< what serves instead after an upgrade
  int predecessor = -1;                      ///< the way to the process before; copied
  std::optional<Preparation> preparation{};  ///< what that one said
};

/// Why it stops, where a command asked for it.
inline constexpr std::string_view stopped_by_command = "control";

/// The server with its log, signals, control socket and service manager. The calling thread is the control
/// thread.
class Daemon {
 public:
  /// Looks up the names that are required and binds everything, or throws StartError.
  Daemon(ConfigSource source, LoadedConfig loaded, DaemonSetup setup);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Serves until a signal or the control socket asks to stop and no session is left.
  void run();

 private:
  void find_predecessor(int channel, InheritedSockets& inherited);
  std::unique_ptr<const RequiredNames> look_up(const Config& config);

  // daemon_upgrade.cpp
  void take_over();
  void on_taken(Taking::End end, const HandoverOutcome& outcome);
  void upgrade(const ControlServer::Respond& respond);
  std::vector<NamedSocket> own_sockets() const;
  void on_upgraded(const HandoverOutcome& outcome, pid_t successor) noexcept;
  void leave();
  void end_when_heard(std::chrono::steady_clock::time_point deadline);
  bool park() noexcept;
  void on_parked(const HandoverOutcome& outcome);
  void leave_within(Duration limit);

  void on_serving();
  void open_control_socket();

  // admin/daemon_admin.cpp
  void open_admin_listener();
  StartResult<void> prepare_admin(const Config& config) noexcept;
  void serve_admin();
  std::string_view why_not_ready() const noexcept;
  boost::json::value status() const;

  // idle/daemon_idle.cpp
  Duration idle_limit() const noexcept;
  void watch_for_idleness();
  bool is_idle();
  void look_for_idleness();
  void end_idle();

  void take_signals();
  void wait_for_signal();
  void on_signal(int signal);
  void reload();
  void stop(std::string_view cause);
  StopJob stop_job(std::string_view cause) const noexcept;
  void give_up_sockets();

  void run_control();

  void on_reload_begin();
  void on_reload_end(const ReloadOutcome& outcome, const Config& running);

  void on_new_addresses();

  void restore_orders(const std::string& state_file);

  std::vector<ControlCommand> commands();
  ControlCommand unless_upgrading(ControlCommand command);
  ControlCommand unless_parking(ControlCommand command);
  void pause(const ControlServer::Respond& respond);
  void resume(const ControlServer::Respond& respond);
  ProcessState state() const noexcept;
  std::chrono::seconds uptime() const noexcept;
  Figures figures();

  void keep_sockets();
  void tell_store_failures();
  void start_watchdog();
  void tell_ready() noexcept;
  void tell_status();
  std::string status_text() const;

  void configure_log(const Config& running);
  void log_listening();
  void log_sockets();  ///< only new addresses
  void log_totals();
  void log_tls();  ///< what is wrong with it although it works
  void log_tls_daily();

  const std::optional<LogLevel> log_level_;
  const ProgramStart program_;
  std::optional<Preparation> preparation_;
  const std::optional<std::chrono::milliseconds> watchdog_interval_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  const std::chrono::system_clock::time_point started_at_ = std::chrono::system_clock::now();
  // Of the waits that must not be lost for lack of memory. Before what runs them.
  HandlerMemoryOf<192> signal_memory_;
  HandlerMemoryOf<192> status_memory_;
  HandlerMemoryOf<192> day_memory_;
  HandlerMemoryOf<192> idle_memory_;
  boost::asio::io_context control_{1};
  NameService names_;
  CatalogService catalogs_;
  ServiceManager service_manager_;
  LogWriter log_;
  SourcePortLook source_port_look_;
  SocketStore store_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Reloader> reloader_;
  std::optional<EndpointControl> endpoint_control_;
  CatalogKeeper catalog_keeper_;
  std::optional<ControlPlane> control_plane_;
  std::optional<AdminListener> admin_;
  std::optional<Watchdog> watchdog_;
  std::optional<HandoverChannel> predecessor_;
  std::optional<Upgrade> upgrade_;
  FileDescriptor parked_;  // the end of the channel that the next process gets
  std::optional<HandoverChannel> next_;
  ControlServer::Respond upgrade_respond_;
  boost::asio::steady_timer status_timer_;
  boost::asio::steady_timer day_timer_;
  boost::asio::steady_timer idle_timer_;
  IdleTime idle_;
  boost::asio::signal_set signals_;
  std::vector<ListeningAddress> listening_;  // those already logged
  std::size_t store_failures_told_ = 0;
  bool serving_ = false;
  bool stopping_ = false;
  bool moved_ = false;                    // another process serves instead
  std::string_view stops_after_upgrade_;  // for which cause; "": it does not
  bool reloads_after_upgrade_ = false;
  bool owes_ready_ = false;  // the service manager waits for READY, and there was no memory to say so
};

}  // namespace duplexd
