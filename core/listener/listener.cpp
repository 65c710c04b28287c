#include "core/listener/listener.hpp"

#include "core/net/stream.hpp"
#include "core/session/session.hpp"

#include <cerrno>
#include <utility>

namespace duplexd {

Listener::Listener(SessionHost& session_host, const ListenerConfig& settings, Upstream& pool,
                   ListenerCounters& counts, ListenerLimitsShared& limits, ProcessLimits& process,
                   std::vector<FileDescriptor> sockets)
    : Route(session_host, settings, pool, counts),
      limits_(limits),
      process_(process),
      trouble_(session_host.sink, session_host.worker, settings.name, process.gate) {
  for (FileDescriptor& socket : sockets) acceptors_.emplace_back(*this, std::move(socket));
}

void Listener::start() {
  for (Acceptor& acceptor : acceptors_) acceptor.start();
}

void Listener::stop() noexcept {
  for (Acceptor& acceptor : acceptors_) acceptor.stop();
}

void Listener::on_tick() {
  const Tick now = host.wheel.now();
  for (Acceptor& acceptor : acceptors_) acceptor.on_tick(now);
  trouble_.on_tick(now);
}

bool Listener::reserve() noexcept {
  if (process_.sessions.try_take()) {
    if (limits_.sessions.try_take()) return true;
    process_.sessions.give_back();
  }
  counters.at_limit.add();
  trouble_.on_trouble(host.wheel.now(), Notice::Kind::sessions_exhausted, 0);
  return false;
}

void Listener::cancel_reservation() noexcept {
  limits_.sessions.give_back();
  process_.sessions.give_back();
}

void Listener::on_client(FileDescriptor client, const PeerAddress& address) {
  counters.accepted.add();
  if (!allows(address)) return refuse(client, address, CloseReason::access_denied);
  const SourceTable::Ticket source =
      limits_.sources ? limits_.sources->take(address) : SourceTable::uncounted;
  if (source == SourceTable::refused) return refuse(client, address, CloseReason::source_limit);
  if (!Session::start(*this, std::move(client), address, source)) {
    if (limits_.sources) limits_.sources->give_back(source);
    refuse({}, address, CloseReason::local_error);
  }
}

bool Listener::allows(const PeerAddress& address) const noexcept {
  if (!address.is_ip()) return true;
  const AccessConfig& access = config.access;
  return !access.deny.contains(address.ip()) && (access.allow.empty() || access.allow.contains(address.ip()));
}

void Listener::refuse(const FileDescriptor& client, const PeerAddress& address, CloseReason reason) noexcept {
  counters.ended[static_cast<std::size_t>(reason)].add();
  host.sink.session_ended(
      {.id = std::uint64_t{host.worker} << 48 | ++host.last_id,
       .worker = host.worker,
       .reason = reason,
       .error = reason == CloseReason::local_error ? ENOMEM : 0,
       .listener = config.name,
       .upstream = upstream.config().name,
       .client = address,
       .client_local = client ? PeerAddress(local_address(client.get())) : PeerAddress{}});
  cancel_reservation();
}

void Listener::on_back_off(int error) noexcept {
  counters.backoffs.add();
  trouble_.on_trouble(host.wheel.now(), Notice::Kind::accept_backing_off, error);
}

void Listener::on_session_ended(SourceTable::Ticket source) noexcept {
  if (limits_.sources) limits_.sources->give_back(source);
  cancel_reservation();
  for (Acceptor& acceptor : acceptors_) acceptor.on_room();
}

}  // namespace duplexd
