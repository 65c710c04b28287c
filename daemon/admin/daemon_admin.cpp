// What the daemon tells programs, and where.
#include "daemon/control/json_text.hpp"
#include "daemon/daemon.hpp"
#include "daemon/process_log.hpp"

#include <boost/json/object.hpp>

#include <new>
#include <utility>

namespace duplexd {

// After an upgrade the predecessor answers until this process serves.
void Daemon::open_admin_listener() {
  admin_.emplace(control_, AdminAnswers(commands(), [this] { return why_not_ready(); }));
  InheritedSockets passed;
  if (preparation_) passed = std::move(preparation_->admin_sockets);
  const auto opened = admin_->prepare(server_->config().admin, std::move(passed));
  if (!opened) throw StartError(opened.error());
  if (!preparation_) serve_admin();
}

StartResult<void> Daemon::prepare_admin(const Config& config) noexcept try {
  return admin_->prepare(config.admin);
} catch (const std::bad_alloc&) {
  return StartFailure{};  // words for it need memory
}

void Daemon::serve_admin() {
  try {
    for (const std::string& address : admin_->commit()) log_.write(admin_listening_line(address));
  } catch (const std::bad_alloc&) {
  }
}

// Once the successor has the sockets, it accepts those whom this process does not.
std::string_view Daemon::why_not_ready() const noexcept {
  if (admin_->has_left()) return "";
  if (!stopping_ && !serving_) return "starting";
  return state() == ProcessState::serving ? "" : to_word(state());
}

boost::json::value Daemon::status() const {
  boost::json::value all = status_json(*server_, *reloader_, state(), uptime());
  const ControlStats stats = admin_->stats();
  all.as_object()["admin"] = boost::json::object{{"addresses", texts(admin_->addresses())},
                                                 {"clients", stats.clients},
                                                 {"accepted", stats.accepted},
                                                 {"refused_clients", stats.refused_clients},
                                                 {"requests", stats.requests},
                                                 {"refused_requests", stats.refused_requests},
                                                 {"timed_out", stats.timed_out}};
  return all;
}

}  // namespace duplexd
