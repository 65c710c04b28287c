#include "daemon/daemon.hpp"

#include "daemon/build_info.hpp"
#include "daemon/totals_log.hpp"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <utility>

namespace duplexd {

Daemon::Daemon(std::shared_ptr<const Config> config, DaemonSetup setup)
    : config_(std::move(config)),
      service_manager_(std::move(setup.notify_socket)),
      log_(setup.open_log, setup.log_level, effective_limits(*config_).workers),
      signals_(control_) {
  server_ = std::make_unique<Server>(control_, config_, log_, std::move(setup.inherited));
  log_listening();
}

// What the server reports while it goes holds names that go with it: the log must have stopped looking.
Daemon::~Daemon() { log_.stop(); }

void Daemon::run() {
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGHUP}) signals_.add(signal);
  wait_for_signal();
  server_->start();
  log_ready();
  service_manager_.ready("serving");
  control_.run();
  log_totals();
  log_stopped();
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    on_signal(signal);
    wait_for_signal();
  });
}

void Daemon::on_signal(int signal) {
  switch (signal) {
    case SIGUSR1:
      return log_totals();
    case SIGHUP:
      return log_reload_unsupported();
    default:
      return stop(signal);
  }
}

void Daemon::stop(int signal) {
  if (std::exchange(stopping_, true)) return server_->abort();
  LogLine line(EventKind::stopping);
  line.add("signal", std::string("SIG") + ::sigabbrev_np(signal))
      .add("sessions", live_sessions(server_->totals()));
  log_.write(std::move(line));
  service_manager_.stopping();
  server_->drain([this] { control_.stop(); });
}

void Daemon::log_listening() {
  for (const ListeningAddress& one : server_->addresses()) {
    LogLine line(EventKind::listening);
    line.add("listener", one.listener).add("address", one.address.to_string());
    log_.write(std::move(line));
  }
}

void Daemon::log_ready() {
  const EffectiveLimits& limits = server_->limits();
  LogLine line(EventKind::ready);
  line.add("version", program_version).add("pid", static_cast<std::uint64_t>(::getpid()));
  line.add("workers", limits.workers).add("sessions", limits.sessions).add("descriptors", limits.descriptors);
  log_.write(std::move(line));
}

void Daemon::log_totals() {
  for (LogLine& line : describe(server_->totals(), log_.dropped())) log_.write(std::move(line));
}

void Daemon::log_reload_unsupported() {
  LogLine line(EventKind::reload_unsupported);
  line.add("msg", "reload is not supported yet; restart to apply a changed file");
  log_.write(std::move(line));
}

void Daemon::log_stopped() {
  const auto uptime = std::chrono::steady_clock::now() - started_;
  LogLine line(EventKind::stopped);
  line.add("uptime_s", static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(uptime).count()));
  log_.write(std::move(line));
}

}  // namespace duplexd
