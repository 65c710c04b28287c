// How a process ends that systemd starts for its clients, when there are none.
#include "core/memory/with_memory.hpp"
#include "daemon/daemon.hpp"
#include "daemon/process_log.hpp"

#include <algorithm>

namespace duplexd {
namespace {

constexpr std::chrono::milliseconds longest_between_looks{1000};
constexpr std::chrono::milliseconds shortest_between_looks{50};

}  // namespace

Duration Daemon::idle_limit() const noexcept { return reloader_->running().exit_when_idle; }

/// Begins to look, or goes on, if the configuration says so.
void Daemon::watch_for_idleness() {
  idle_timer_.cancel();
  if (idle_limit().count() == 0 || !serving_ || stopping_) return;
  idle_timer_.expires_after(
      std::clamp(idle_limit() / 4, Duration(shortest_between_looks), Duration(longest_between_looks)));
  idle_timer_.async_wait(WithMemory(idle_memory_, [this](const boost::system::error_code& error) {
    if (!error) look_for_idleness();
  }));
}

bool Daemon::is_idle() {
  const Totals totals = server_->totals();
  const ControlStats admin = admin_->stats();
  const bool is_asked = (control_plane_ && control_plane_->clients() > 0) || admin.clients > 0;
  const std::uint64_t requests = admin.requests + (control_plane_ ? control_plane_->requests() : 0);
  const auto time = idle_.after({.live = live_sessions(totals),
                                 .uses = totals.of_all_listeners().accepted + requests,
                                 .is_asked = is_asked || upgrade_.has_value() || server_->paused()},
                                std::chrono::steady_clock::now());
  return time && *time >= idle_limit() && idle_limit().count() > 0;
}

/// A client may come while this decides: first nobody is accepted any more, then it looks again. Who comes
/// after that waits in a socket of systemd's, which starts the next process.
void Daemon::look_for_idleness() {
  watch_for_idleness();
  if (stopping_ || moved_ || !is_idle()) return;
  server_->hold_off([this] {
    if (stopping_ || moved_) return;
    if (is_idle()) return end_idle();
    if (!server_->paused()) server_->accept_again();
    watch_for_idleness();
  });
  idle_timer_.cancel();  // without memory it looks again
}

void Daemon::end_idle() {
  stopping_ = true;
  log_.write(stopping_line("exit_when_idle", server_->totals()));
  service_manager_.stopping();
  server_->leave_sockets();
  server_->drain([this] { control_.stop(); });
}

}  // namespace duplexd
