#include "core/listener/listener.hpp"

#include "core/net/socket/stream.hpp"
#include "core/session/session.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace duplexd {

Listener::Listener(SessionServices& services, std::shared_ptr<ListenerAccount> account,
                   ProcessLimits& process)
    : services_(services),
      account_(std::move(account)),
      counters_(account_->workers[services.worker]),
      process_(process),
      trouble_(services.sink, services.worker, account_->name, process.gate) {}

Listener::~Listener() = default;

ListenerRoutes Listener::make_route(ListenerSnapshot snapshot) {
  ListenerRoutes routes;
  routes.emplace_back(*this, std::move(snapshot));
  return routes;
}

void Listener::configure(ListenerRoutes& route) noexcept { routes_.splice(routes_.begin(), route); }

void Listener::exchange(Acceptors& acceptors) noexcept {
  acceptors_.swap(acceptors);
  for (const auto& acceptor : acceptors_) acceptor->serve(*this);
}

bool Listener::ended() const noexcept {
  return retired_ && std::ranges::all_of(routes_, [](const Route& route) { return route.users == 0; });
}

void Listener::resume() {
  for (const auto& acceptor : acceptors_) acceptor->resume();
}

void Listener::resume_new() {
  for (const auto& acceptor : acceptors_) {
    if (acceptor->is_paused()) acceptor->resume();
  }
}

void Listener::pause() noexcept {
  for (const auto& acceptor : acceptors_) acceptor->pause();
}

void Listener::pause_after_backlog(const Pausing& pausing) {
  for (const auto& acceptor : acceptors_) acceptor->pause_after_backlog(pausing);
}

void Listener::on_tick() {
  const Tick now = services_.wheel.now();
  for (const auto& acceptor : acceptors_) acceptor->on_tick(now);
  trouble_.on_tick(now);
  half_closed_.on_tick(now);
  if (route().tells_counts())
    account_->notices.tell(account_->workers, {services_.sink, process_.gate, services_.worker, name()});
  const Route* const taken = &route();
  routes_.remove_if([taken](const Route& one) { return &one != taken && one.users == 0; });
}

ListenerRoute* Listener::route_to(const Upstream& upstream) noexcept {
  const auto found = std::ranges::find_if(
      routes_, [&](const ListenerRoute& route) { return route.targets().upstream.get() == &upstream; });
  return found == routes_.end() ? nullptr : &*found;
}

void Listener::add_route(ListenerRoutes& route) noexcept {
  if (!route_to(*route.front().targets().upstream)) routes_.splice(routes_.end(), route);
}

Session* Listener::adopt(MovedSession& moved, const Upstream* upstream) noexcept {
  ListenerRoute& route = upstream ? *route_to(*upstream) : this->route();
  const bool is_unknown = moved.state.known.via == PeerAddress{} && route.trusts(moved.state.client);
  const SourceTable::Ticket source =
      !upstream && is_unknown ? SourceTable::uncounted : route.take_source(moved.state.client);
  Session* const session = Session::adopt(route, moved, source);
  if (!session) {
    route.give_back(source);
    return nullptr;
  }
  account_->sessions.take();
  process_.sessions.take();
  counters_.accepted.add();
  return session;
}

bool Listener::reserve() noexcept {
  if (!take_place()) return false;
  if (tries(Limit::rate) || account_->rate.try_take(now_in_nanoseconds())) return true;
  cancel_place();
  return false;
}

// A limit that is tried counts a client when it is there (on_client).
bool Listener::take_place() noexcept {
  if (!process_.sessions.try_take()) return false;
  if (tries(Limit::sessions) || account_->sessions.try_take()) return true;
  process_.sessions.give_back();
  return false;
}

void Listener::cancel_place() noexcept {
  if (!tries(Limit::sessions)) account_->sessions.give_back();
  process_.sessions.give_back();
}

Room Listener::room() const noexcept {
  return {process_.sessions, account_->sessions, account_->rate, routes_.front().tried()};
}

bool Listener::is_full() const noexcept { return shortage_of_sessions(room()) != Shortage::none; }

bool Listener::has_room() const noexcept {
  return duplexd::shortage(room(), now_in_nanoseconds()) == Shortage::none;
}

void Listener::cancel_reservation() noexcept {
  on_refused();
  cancel_place();
}

// A crowd that is refused leaves the rate to others.
void Listener::on_refused() noexcept {
  if (!tries(Limit::rate)) account_->rate.give_back();
}

void Listener::give_place_back() noexcept {
  account_->sessions.give_back();
  process_.sessions.give_back();
}

std::size_t Listener::backlog() const noexcept {
  return static_cast<std::size_t>(routes_.front().config().backlog) + 1;
}

bool Listener::refuses_when_full() const noexcept {
  return routes_.front().config().limits.when_full == WhenFull::refuse;
}

void Listener::on_client(FileDescriptor client, const PeerAddress& address) {
  if (tries(Limit::sessions)) account_->sessions.take();
  counters_.accepted.add();
  Admission admission;
  const auto refusal = route().admit_peer(address, admission);
  if (refusal) return turn_away(client, address, *refusal);
  look_at_tried(admission);
  if (!Session::start(route(), std::move(client), address, admission)) {
    route().give_back(admission.source);
    turn_away({}, address, CloseReason::local_error);
  }
}

// reserve() has let it pass.
void Listener::look_at_tried(Admission& admission) noexcept {
  if (tries(Limit::sessions) && account_->sessions.exceeded())
    (void)route().holds(Limit::sessions, admission);
  if (tries(Limit::rate) && !account_->rate.try_take(now_in_nanoseconds()))
    (void)route().holds(Limit::rate, admission);
}

void Listener::refuse(const FileDescriptor& client, const PeerAddress& address) noexcept {
  counters_.accepted.add();
  trouble_.on_trouble(services_.wheel.now(), shortage(), 0);
  account(client, address, is_full() ? CloseReason::session_limit : CloseReason::rate_limit);
  reset_on_close(client.get());
}

void Listener::turn_away(const FileDescriptor& client, const PeerAddress& address,
                         CloseReason reason) noexcept {
  account(client, address, reason);
  give_place_back();
}

void Listener::account(const FileDescriptor& client, const PeerAddress& address,
                       CloseReason reason) noexcept {
  counters_.ended[static_cast<std::size_t>(reason)].add();
  services_.sink.session_ended(
      {.id = services_.next_id(),
       .worker = services_.worker,
       .reason = reason,
       .error = reason == CloseReason::local_error ? ENOMEM : 0,
       .listener = name(),
       .upstream = route().targets().upstream ? route().targets().upstream->name() : std::string_view{},
       .client = address,
       .client_local = client ? PeerAddress(local_address(client.get())) : PeerAddress{}});
}

Notice::Kind Listener::shortage() const noexcept {
  return is_full() ? Notice::Kind::sessions_exhausted : Notice::Kind::rate_exceeded;
}

void Listener::on_full() noexcept {
  counters_.at_limit.add();
  trouble_.on_trouble(services_.wheel.now(), shortage(), 0);
}

void Listener::on_back_off(int error) noexcept {
  counters_.backoffs.add();
  trouble_.on_trouble(services_.wheel.now(), Notice::Kind::accept_backing_off, error);
}

void Listener::on_session_ended() noexcept {
  give_place_back();
  for (const auto& acceptor : acceptors_) acceptor->on_room();
}

}  // namespace duplexd
