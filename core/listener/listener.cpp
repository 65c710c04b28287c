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
      : Route(owner.host_, owner.name_, std::move(snapshot.config), std::move(snapshot.upstream),
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

Listener::Listener(SessionHost& host, ListenerAccount& account, SessionLimit& limit, ProcessLimits& process)
    : host_(host),
      name_(account.name),
      counters_(account.workers[host.worker]),
      limit_(limit),
      process_(process),
      trouble_(host.sink, host.worker, account.name, process.gate) {}

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

void Listener::start() {
  for (const auto& acceptor : acceptors_) acceptor->start();
}

void Listener::stop() noexcept {
  for (const auto& acceptor : acceptors_) acceptor->stop();
}

void Listener::finish() {
  for (const auto& acceptor : acceptors_) acceptor->finish();
}

void Listener::on_tick() {
  const Tick now = host_.wheel.now();
  for (const auto& acceptor : acceptors_) acceptor->on_tick(now);
  trouble_.on_tick(now);
  std::erase_if(retired_, [](const auto& route) { return route->users == 0; });
}

bool Listener::reserve() noexcept {
  if (process_.sessions.try_take()) {
    if (limit_.try_take()) return true;
    process_.sessions.give_back();
  }
  counters_.at_limit.add();
  trouble_.on_trouble(host_.wheel.now(), Notice::Kind::sessions_exhausted, 0);
  return false;
}

void Listener::cancel_reservation() noexcept {
  limit_.give_back();
  process_.sessions.give_back();
}

void Listener::on_client(FileDescriptor client, const PeerAddress& address) {
  counters_.accepted.add();
  if (!allows(route_->config().access, address)) return refuse(client, address, CloseReason::access_denied);
  const SourceTable::Ticket source = route_->take_source(address);
  if (source == SourceTable::refused) return refuse(client, address, CloseReason::source_limit);
  if (!Session::start(*route_, std::move(client), address, source)) {
    route_->give_back(source);
    refuse({}, address, CloseReason::local_error);
  }
}

void Listener::refuse(const FileDescriptor& client, const PeerAddress& address, CloseReason reason) noexcept {
  counters_.ended[static_cast<std::size_t>(reason)].add();
  host_.sink.session_ended(
      {.id = std::uint64_t{host_.worker} << 48 | ++host_.last_id,
       .worker = host_.worker,
       .reason = reason,
       .error = reason == CloseReason::local_error ? ENOMEM : 0,
       .listener = name_,
       .upstream = route_->upstream().name(),
       .client = address,
       .client_local = client ? PeerAddress(local_address(client.get())) : PeerAddress{}});
  cancel_reservation();
}

void Listener::on_back_off(int error) noexcept {
  counters_.backoffs.add();
  trouble_.on_trouble(host_.wheel.now(), Notice::Kind::accept_backing_off, error);
}

void Listener::on_session_ended() noexcept {
  cancel_reservation();
  for (const auto& acceptor : acceptors_) acceptor->on_room();
}

}  // namespace duplexd
