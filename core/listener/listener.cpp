#include "core/listener/listener.hpp"

#include "core/net/socket/stream.hpp"
#include "core/session/session.hpp"

#include <cerrno>
#include <utility>

namespace duplexd {

namespace {

bool allows(const AccessConfig& access, const PeerAddress& address) noexcept {
  if (!address.is_ip()) return true;
  return !access.deny.contains(address.ip()) && (access.allow.empty() || access.allow.contains(address.ip()));
}

}  // namespace

/// The way that sessions of one snapshot take.
class Listener::SnapshotRoute final : public Route {
 public:
  SnapshotRoute(Listener& owner, ListenerSnapshot snapshot) noexcept
      : Route(owner.services_, owner.name_, std::move(snapshot.config), std::move(snapshot.upstream),
              owner.counters_),
        owner_(owner),
        sources_(std::move(snapshot.sources)) {}

  SourceTable::Ticket take_source(const PeerAddress& address) noexcept {
    return sources_ ? sources_->take(address) : SourceTable::uncounted;
  }
  void give_back(SourceTable::Ticket source) noexcept {
    if (sources_) sources_->give_back(source);
  }
  void on_session_ended(SourceTable::Ticket source) noexcept override {
    give_back(source);
    owner_.on_session_ended();
  }

 private:
  Listener& owner_;
  const std::shared_ptr<SourceTable> sources_;
};

Listener::Listener(SessionServices& services, ListenerAccount& account, SessionLimit& limit,
                   ProcessLimits& process)
    : services_(services),
      name_(account.name),
      counters_(account.workers[services.worker]),
      limit_(limit),
      process_(process),
      trouble_(services.sink, services.worker, account.name, process.gate) {}

Listener::~Listener() = default;

void Listener::configure(ListenerSnapshot snapshot) {
  auto next = std::make_unique<SnapshotRoute>(*this, std::move(snapshot));
  retire();
  route_ = std::move(next);
}

void Listener::retire() {
  if (route_ && route_->users > 0) retired_.push_back(std::move(route_));
  route_.reset();
}

void Listener::add(std::unique_ptr<Acceptor> acceptor) {
  acceptor->serve(*this);
  acceptors_.push_back(std::move(acceptor));
}

void Listener::resume() {
  for (const auto& acceptor : acceptors_) acceptor->resume();
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
  std::erase_if(retired_, [](const auto& route) { return route->users == 0; });
}

bool Listener::reserve() noexcept {
  if (process_.sessions.try_take()) {
    if (limit_.try_take()) return true;
    process_.sessions.give_back();
  }
  return false;
}

void Listener::cancel_reservation() noexcept {
  limit_.give_back();
  process_.sessions.give_back();
}

std::size_t Listener::backlog() const noexcept {
  return static_cast<std::size_t>(route_->config().backlog) + 1;
}

bool Listener::refuses_when_full() const noexcept {
  return route_->config().limits.when_full == WhenFull::refuse;
}

void Listener::on_client(FileDescriptor client, const PeerAddress& address) {
  counters_.accepted.add();
  if (!allows(route_->config().access, address))
    return turn_away(client, address, CloseReason::access_denied);
  const SourceTable::Ticket source = route_->take_source(address);
  if (source == SourceTable::refused) return turn_away(client, address, CloseReason::source_limit);
  if (!Session::start(*route_, std::move(client), address, source)) {
    route_->give_back(source);
    turn_away({}, address, CloseReason::local_error);
  }
}

void Listener::refuse(const FileDescriptor& client, const PeerAddress& address) noexcept {
  counters_.accepted.add();
  trouble_.on_trouble(services_.wheel.now(), Notice::Kind::sessions_exhausted, 0);
  account(client, address, CloseReason::session_limit);
  reset_on_close(client.get());
}

void Listener::turn_away(const FileDescriptor& client, const PeerAddress& address,
                         CloseReason reason) noexcept {
  account(client, address, reason);
  cancel_reservation();
}

void Listener::account(const FileDescriptor& client, const PeerAddress& address,
                       CloseReason reason) noexcept {
  counters_.ended[static_cast<std::size_t>(reason)].add();
  services_.sink.session_ended(
      {.id = services_.next_id(),
       .worker = services_.worker,
       .reason = reason,
       .error = reason == CloseReason::local_error ? ENOMEM : 0,
       .listener = name_,
       .upstream = route_->upstream().name(),
       .client = address,
       .client_local = client ? PeerAddress(local_address(client.get())) : PeerAddress{}});
}

void Listener::on_full() noexcept {
  counters_.at_limit.add();
  trouble_.on_trouble(services_.wheel.now(), Notice::Kind::sessions_exhausted, 0);
}

void Listener::on_back_off(int error) noexcept {
  counters_.backoffs.add();
  trouble_.on_trouble(services_.wheel.now(), Notice::Kind::accept_backing_off, error);
}

void Listener::on_session_ended() noexcept {
  cancel_reservation();
  for (const auto& acceptor : acceptors_) acceptor->on_room();
}

}  // namespace duplexd
