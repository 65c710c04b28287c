#pragma once

#include "core/server.hpp"
#include "daemon/log/log_writer.hpp"
#include "daemon/service_manager.hpp"

#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace duplexd {

/// What the process knows and core does not.
struct DaemonSetup {
  LogWriter::OpenOutput open_log;
  LogLevel log_level = LogLevel::info;
  std::optional<std::string> notify_socket;  ///< $NOTIFY_SOCKET; none: nobody waits for us
  InheritedSockets inherited;
};

/// The server with its log, its signals and its service manager, on the thread that calls.
class Daemon {
 public:
  /// Binds everything, or throws what Server throws.
  Daemon(std::shared_ptr<const Config> config, DaemonSetup setup);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Serves until a signal asks to stop and no session is left.
  void run();

 private:
  void wait_for_signal();
  void on_signal(int signal);
  void log_listening();
  void log_ready();
  void log_totals();
  void log_reload_unsupported();
  void log_stopped();
  void stop(int signal);

  const std::shared_ptr<const Config> config_;
  ServiceManager service_manager_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  boost::asio::io_context control_{1};
  LogWriter log_;
  std::unique_ptr<Server> server_;
  boost::asio::signal_set signals_;
  bool stopping_ = false;
};

}  // namespace duplexd
