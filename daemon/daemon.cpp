#include "daemon/daemon.hpp"

#include "core/memory/with_memory.hpp"
#include "core/tls/wall_time.hpp"
#include "daemon/cli/name_servers.hpp"
#include "daemon/process_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <utility>

namespace duplexd {
namespace {

constexpr std::chrono::seconds status_interval{5};

std::string signal_name(int signal) { return std::string("SIG") + ::sigabbrev_np(signal); }

/// Whether `work` had the memory that it needs.
template <class Work>
bool within_memory(Work work) noexcept {
  try {
    work();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace

Daemon::Daemon(ConfigSource source, LoadedConfig loaded, DaemonSetup setup)
    : log_level_(setup.log_level),
      program_(std::move(setup.program)),
      preparation_(std::move(setup.preparation)),
      watchdog_interval_(setup.watchdog),
      names_(control_, std::make_unique<CaresSource>(control_, servers_of(*loaded.config))),
      catalogs_(control_, names_),
      service_manager_(control_, std::move(setup.notify_socket)),
      log_(setup.open_log, log_level_.value_or(loaded.config->log.level),
           effective_limits(*loaded.config).workers),
      store_(service_manager_, preparation_ ? preparation_->sockets : setup.inherited),
      catalog_keeper_(control_, [this] { (void)within_memory([this] { endpoint_control_->keep(); }); }),
      status_timer_(control_),
      day_timer_(control_),
      idle_timer_(control_),
      signals_(control_) {
  const std::shared_ptr<const Config> config = loaded.config;
  configure_log(*config);
  // Lists of an earlier process count until a catalog has answered.
  catalogs_.remember(StateFile(config->control.state_file).read().state.catalogs);
  if (preparation_) catalogs_.remember(preparation_->kept.catalogs);
  if (preparation_) names_.remember(std::move(preparation_->names));
  const auto looked_up = look_up(*config);
  InheritedSockets& inherited = preparation_ ? preparation_->sockets : setup.inherited;
  find_predecessor(setup.predecessor, inherited);
  server_ = std::make_unique<Server>(control_, config, log_, names_, catalogs_, std::move(inherited));
  names_.remember({});  // one that a reload brings later may be another by then
  // Up to here a signal ends the process at once, however long the look-up of a name takes.
  take_signals();
  store_.drop_unused(server_->unused_sockets());
  server_->on_reopened([this] { on_new_addresses(); });
  server_->on_discovered([this](const Discovered& discovered) {
    (void)within_memory([&] { log_.write(discovered_line(discovered)); });
    if (discovered.failure.empty()) catalog_keeper_.soon();
  });
  reloader_ = std::make_unique<Reloader>(
      *server_, std::move(source), std::move(loaded),
      Reloader::Hooks{
          [this] { on_reload_begin(); },
          [this](const ReloadOutcome& outcome, const Config& running) { on_reload_end(outcome, running); },
          [this](const Config& next) { return prepare_admin(next); },
          [this] { return admin_->files_changed(); }});
  restore_orders(config->control.state_file);
  open_admin_listener();
  if (!preparation_) open_control_socket();
  log_listening();
}

// The log stops first, because the last reports of the server hold names that the server owns.
Daemon::~Daemon() { log_.stop(); }

/// The process before this one, if it is there, or what it has left with the service manager.
void Daemon::find_predecessor(int channel, InheritedSockets& inherited) {
  auto left = inherited.extract(sessions_name);
  if (preparation_) {
    predecessor_.emplace(control_, FileDescriptor(::fcntl(channel, F_DUPFD_CLOEXEC, 0)));
  } else if (left) {
    predecessor_.emplace(control_, std::move(left.mapped()));
  }
}

/// Returns when the names that are required are known, as far as they can be.
std::unique_ptr<const RequiredNames> Daemon::look_up(const Config& config) {
  auto names = std::make_unique<const RequiredNames>(
      control_, names_, catalogs_, config, config.resolve_start_timeout, [this] { control_.stop(); });
  run_control();
  control_.restart();
  return names;
}

void Daemon::run() {
  if (predecessor_) {
    take_over();
  } else {
    server_->start();
    on_serving();
    tell_ready();
  }
  run_control();
  if (!moved_) log_totals();
  log_.write(stopped_line(uptime()));
}

void Daemon::on_serving() {
  serving_ = true;
  catalog_keeper_.start();
  keep_sockets();
  if (watchdog_interval_) start_watchdog();
  log_.write(ready_line(server_->limits()));
  log_tls_daily();
  log_sockets();
  tell_status();
  watch_for_idleness();
}

void Daemon::open_control_socket() {
  const ControlConfig& control = server_->config().control;
  if (control.socket != ControlConfig::Socket::path) return;
  const auto on_request = [this](const ControlRequest& request) { log_.write(request_line(request)); };
  if (preparation_ && preparation_->control_socket) {
    control_plane_.emplace(control_, control.path, std::move(preparation_->control_socket), commands(),
                           on_request);
  } else {
    control_plane_.emplace(control_, control.path, control.permissions, commands(), on_request);
  }
}

// What a handler had no memory for is left undone, and the process goes on. Waits begin anew first.
void Daemon::run_control() {
  while (!within_memory([this] { control_.run(); })) {
  }
}

void Daemon::take_signals() {
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGHUP}) signals_.add(signal);
  wait_for_signal();
}

void Daemon::wait_for_signal() {
  const auto on_event = [this](const boost::system::error_code& error, int signal) {
    if (error) return;
    wait_for_signal();
    on_signal(signal);
  };
  signals_.async_wait(WithMemory(signal_memory_, on_event));
}

void Daemon::on_signal(int signal) {
  switch (signal) {
    case SIGUSR1:
      return log_totals();
    case SIGHUP:
      return reload();
    default:
      return stop(signal_name(signal));
  }
}

// The new process may have read the configuration before it changed.
void Daemon::reload() {
  if (upgrade_) reloads_after_upgrade_ = true;
  if (upgrade_ || stopping_) return;
  if (!within_memory([this] { reloader_->request([](const ReloadOutcome&) {}); }))
    log_.write(reload_without_memory_line());
}

void Daemon::stop(std::string_view cause) {
  if (upgrade_ && !moved_) {
    stops_after_upgrade_ = cause == stopped_by_command ? cause : "a signal during an upgrade";
    return;
  }
  if (std::exchange(stopping_, true)) return server_->abort();
  log_.write(stopping_line(cause, server_->totals()));
  service_manager_.stopping();
  const StopJob job = stop_job(cause);
  if (job == StopJob::stop) {
    give_up_sockets();
  } else if (store_.complete()) {
    server_->leave_sockets();
  }
  if (job == StopJob::restart && store_.complete() && park()) return;
  server_->drain([this] { control_.stop(); });
}

// Who stops it by a command does not want another one. Nobody else but a service manager starts the next.
StopJob Daemon::stop_job(std::string_view cause) const noexcept {
  if (cause == stopped_by_command) return StopJob::stop;
  return service_manager_.is_there() ? find_stop_job() : StopJob::unknown;
}

// The service manager keeps its copies until this process has ended, and clients would wait for nobody.
void Daemon::give_up_sockets() {
  store_.give_up();
  server_->end_sockets();
}

void Daemon::on_reload_begin() {
  if (stopping_) return;
  (void)within_memory([this] { service_manager_.reloading(); });
}

// The service manager was told last that this process stops, which refuses the reload under way.
void Daemon::on_reload_end(const ReloadOutcome& outcome, const Config& running) {
  if (stopping_ && outcome.result == ReloadOutcome::Result::refused) return;
  (void)within_memory([&] {
    for (LogLine& line : reload_lines(outcome, *reloader_)) log_.write(std::move(line));
  });
  log_.reopen();
  if (outcome.result == ReloadOutcome::Result::applied) {
    serve_admin();
    (void)within_memory([&] { configure_log(running); });
    on_new_addresses();
    log_tls();
    log_sockets();
    watch_for_idleness();
  }
  if (!stopping_) tell_ready();
}

void Daemon::on_new_addresses() {
  (void)within_memory([this] { log_listening(); });
  (void)within_memory([this] { keep_sockets(); });
}

void Daemon::keep_sockets() {
  if (!service_manager_.is_there()) return;
  store_.update(server_->addresses());
  store_failures_told_ = 0;
  tell_store_failures();
}

void Daemon::tell_store_failures() {
  const std::size_t failed = store_.failed();
  if (failed == std::exchange(store_failures_told_, failed) || failed == 0) return;
  log_.write(store_failed_line(failed));
}

void Daemon::start_watchdog() {
  watchdog_.emplace(
      control_, service_manager_, *watchdog_interval_, [this] { return server_->ticks(); },
      [this](unsigned worker) { log_.write(worker_stuck_line(worker)); });
}

void Daemon::tell_ready() noexcept {
  owes_ready_ = !within_memory([this] { service_manager_.ready(status_text()); }) &&
                !within_memory([this] { service_manager_.ready(""); });
}

void Daemon::tell_status() {
  if (!service_manager_.is_there()) return;
  const auto on_time = [this](const boost::system::error_code& error) {
    if (error) return;
    tell_status();
    if (owes_ready_) tell_ready();
    service_manager_.status(status_text());
    tell_store_failures();
  };
  status_timer_.expires_after(status_interval);
  status_timer_.async_wait(WithMemory(status_memory_, on_time));
}

std::string Daemon::status_text() const {
  const std::string pending =
      reloader_->pending_restart().empty()
          ? ""
          : fmt::format("; next restart: {}", fmt::join(reloader_->pending_restart(), ", "));
  return fmt::format("{}, generation {}, {} of {} sessions{}", to_word(state()), reloader_->generation(),
                     live_sessions(server_->totals()), server_->limits().sessions, pending);
}

void Daemon::configure_log(const Config& running) {
  LogConfig log = running.log;
  log.level = log_level_.value_or(log.level);
  log_.configure(log);
}

void Daemon::log_listening() {
  const std::vector<ListeningAddress> earlier = std::exchange(listening_, server_->addresses());
  std::vector<ListeningAddress> added;
  std::ranges::copy_if(listening_, std::back_inserter(added), [&](const ListeningAddress& one) {
    return std::ranges::find(earlier, one) == earlier.end();
  });
  for (LogLine& line : listening_lines(added)) log_.write(std::move(line));
}

void Daemon::log_tls() {
  (void)within_memory([this] {
    std::vector<CertificateReport> certificates = server_->certificates();
    std::ranges::move(admin_->certificates(), std::back_inserter(certificates));
    for (LogLine& line : tls_lines(server_->config(), certificates, wall_time())) log_.write(std::move(line));
  });
}

void Daemon::log_tls_daily() {
  log_tls();
  day_timer_.expires_after(std::chrono::days(1));
  day_timer_.async_wait(WithMemory(day_memory_, [this](const boost::system::error_code& error) {
    if (!error) log_tls_daily();
  }));
}

void Daemon::log_sockets() {
  (void)within_memory([this] {
    for (LogLine& line : socket_lines(socket_warnings(server_->config()))) log_.write(std::move(line));
  });
}

void Daemon::log_totals() {
  for (LogLine& line : totals_lines(server_->totals(), log_.dropped())) log_.write(std::move(line));
}

}  // namespace duplexd
