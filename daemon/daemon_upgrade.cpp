// How a process serves instead of another, and lets another serve instead of it.
#include "daemon/control/state_json.hpp"
#include "daemon/daemon.hpp"
#include "daemon/process_log.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <signal.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <new>
#include <utility>

namespace duplexd {
namespace {

constexpr std::chrono::seconds patience_of_others{1};

ControlResponse failure(unsigned status, std::string_view words) {
  return {status, boost::json::serialize(boost::json::object{{"error", words}})};
}

ControlResponse refusal(std::string_view words) {
  const boost::json::array problems{boost::json::string(words)};
  return {422, boost::json::serialize(boost::json::object{{"result", "refused"}, {"problems", problems}})};
}

ControlResponse success(const HandoverOutcome& outcome) {
  const boost::json::object answer{
      {"result", "upgraded"}, {"sessions", outcome.sessions}, {"stayed", outcome.stayed}};
  return {200, boost::json::serialize(answer)};
}

}  // namespace

// It says that it is ready when nothing can go wrong any more but for lack of memory.
void Daemon::take_over() {
  if (preparation_) {
    for (const auto& [name, order] : preparation_->kept.orders) (void)server_->obey(name, order);
  }
  const bool is_paused = preparation_ && preparation_->paused;
  server_->start_with(*predecessor_, is_paused ? NewClients::refused : NewClients::accepted,
                      [this](Taking::End end, const HandoverOutcome& outcome) { on_taken(end, outcome); });
  (void)predecessor_->send(handover::ready, "{}");
}

// One that does not serve has sessions if the hand-over was broken off: they may end in order.
void Daemon::on_taken(Taking::End end, const HandoverOutcome& outcome) {
  if (end == Taking::End::does_not) {
    moved_ = true;
    return leave();
  }
  log_.write(upgraded_line(outcome));
  if (preparation_) open_control_socket();
  if (preparation_) serve_admin();
  on_serving();
  preparation_ ? service_manager_.ready_as_main(status_text()) : tell_ready();
  if (!preparation_) service_manager_.remove(sessions_name);
  preparation_.reset();
  predecessor_.reset();
}

void Daemon::upgrade(const ControlServer::Respond& respond) {
  if (stopping_ || upgrade_) return respond(failure(503, "duplexd is stopping, or upgrades already"));
  // The new process would have to go on with it.
  if (server_->kills()) return respond(failure(503, "sessions are being killed, which is to end first"));
  upgrade_respond_ = respond;
  catalog_keeper_.stop();  // the new process may serve, and keep orders, before this one hears of it
  try {
    upgrade_.emplace(control_, *server_, program_, [this](const HandoverOutcome& outcome, pid_t successor) {
      on_upgraded(outcome, successor);
    });
    log_.write(upgrading_line(upgrade_->successor()));
    upgrade_->start(own_sockets(), state_text(server_->orders(), catalogs_.lists()), server_->paused(),
                    names_.records());
  } catch (const std::exception& error) {
    HandoverOutcome outcome;
    outcome.failure = error.what();
    on_upgraded(outcome, 0);
  }
}

std::vector<NamedSocket> Daemon::own_sockets() const {
  std::vector<NamedSocket> all;
  for (const ListeningAddress& one : server_->addresses()) {
    if (one.inherited) continue;  // it is among the unused ones, which are copies
    for (const int socket : one.sockets) all.push_back({store_name(one.address, one.interface), socket});
  }
  for (const auto& [name, socket] : server_->unused_sockets()) all.push_back({name, socket.get()});
  if (control_plane_) all.push_back({control_socket_name, control_plane_->socket()});
  std::ranges::move(admin_->sockets(), std::back_inserter(all));
  return all;
}

// The upgrade is what calls this: it goes later. Without memory, who asked is not answered.
void Daemon::on_upgraded(const HandoverOutcome& outcome, pid_t successor) noexcept try {
  const ControlServer::Respond respond = std::exchange(upgrade_respond_, nullptr);
  if (outcome.failure.empty()) {
    moved_ = true;
    if (!stops_after_upgrade_.empty()) ::kill(successor, SIGTERM);
    if (reloads_after_upgrade_) ::kill(successor, SIGHUP);
    leave();
    return respond(success(outcome));
  }
  log_.write(upgrade_failed_line(outcome));
  respond(refusal(outcome.failure));
  boost::asio::post(control_, [this] {
    upgrade_.reset();
    catalog_keeper_.start();
    if (server_->paused()) server_->pause([] {});  // the other may have let clients into the backlogs
    if (!stops_after_upgrade_.empty()) stop(stops_after_upgrade_);
    if (std::exchange(reloads_after_upgrade_, false)) reload();
  });
} catch (const std::bad_alloc&) {
}

// Another process has the sockets and speaks to the service manager.
void Daemon::leave() {
  stopping_ = true;
  service_manager_.fall_silent();
  watchdog_.reset();
  if (control_plane_) control_plane_->leave_socket();
  admin_->leave();
  server_->leave_sockets();
  leave_within(server_->config().drain);
}

void Daemon::leave_within(Duration limit) {
  server_->drain(limit, [this] { end_when_heard(std::chrono::steady_clock::now() + patience_of_others); });
}

// Who asked for the upgrade or for a metric gets the answer, and the service manager gets the sessions.
void Daemon::end_when_heard(std::chrono::steady_clock::time_point deadline) {
  const bool is_answered =
      (!control_plane_ || control_plane_->clients() == 0) && admin_->stats().clients == 0;
  const bool is_heard = is_answered && service_manager_.stores_waiting() == 0;
  if (is_heard || std::chrono::steady_clock::now() > deadline) return control_.stop();
  status_timer_.expires_after(std::chrono::milliseconds(10));
  status_timer_.async_wait([this, deadline](const boost::system::error_code& error) {
    if (!error) end_when_heard(deadline);
  });
}

// The service manager keeps one descriptor: an end of a channel, in which all others wait. False: there is no
// memory or descriptor for that.
bool Daemon::park() noexcept try {
  auto [giving, parked] = HandoverChannel::make();
  parked_ = std::move(parked);
  next_.emplace(control_, std::move(giving));
  server_->give_sessions(*next_, Giving::To::nobody_yet,
                         [this](const HandoverOutcome& outcome) { on_parked(outcome); });
  return true;
} catch (const std::exception&) {
  return false;
}

// Those that could not be parked end soon: clients of the next process do not wait for them.
void Daemon::on_parked(const HandoverOutcome& outcome) {
  moved_ = true;
  log_.write(parked_line(outcome));
  const int parked = parked_.get();
  service_manager_.store(sessions_name, {&parked, 1}, [this] { log_.write(store_failed_line(1)); });
  leave_within(server_->config().restart);
}

}  // namespace duplexd
