#include "core/listener/listener_route.hpp"

#include "core/listener/access_rule.hpp"
#include "core/listener/listener.hpp"

namespace duplexd {

ListenerRoute::ListenerRoute(Listener& owner, ListenerSnapshot snapshot) noexcept
    : Route(owner.services(), owner.name(), std::move(snapshot.config), std::move(snapshot.targets),
            owner.counters(), owner.bandwidth(), owner.handshakes(), owner.half_closed()),
      owner_(owner),
      sources_(std::move(snapshot.sources)),
      tried_(tried_limits(config())),
      tells_counts_(sources_.rates || !tried_.empty() || config().limits.handshakes > 0) {}

// A trusted proxy has no limits of clients: those hold for the client that its header names.
std::optional<CloseReason> ListenerRoute::admit_peer(const PeerAddress& peer, Admission& admission) noexcept {
  switch (peer_role(config().proxy_protocol, peer)) {
    case PeerRole::proxy:
      return std::nullopt;
    case PeerRole::stranger:
      return CloseReason::bad_proxy_header;
    case PeerRole::client:
      break;
  }
  return admit(peer, admission);
}

std::optional<CloseReason> ListenerRoute::admit(const PeerAddress& client, Admission& admission) noexcept {
  const auto refusal = find_refusal(client, admission);
  if (refusal) owner_.on_refused();
  return refusal;
}

std::optional<CloseReason> ListenerRoute::find_refusal(const PeerAddress& client,
                                                       Admission& admission) noexcept {
  if (!admits(access_rule(config().access, client)) && holds(Limit::access, admission))
    return CloseReason::access_denied;
  const SourceTable::Ticket ticket = take_source(client, admission);
  if (ticket == SourceTable::refused) return CloseReason::source_limit;
  if (!takes_rate(client) && holds(Limit::per_source_rate, admission)) {
    give_back(ticket);
    return CloseReason::source_rate_limit;
  }
  admission.source = ticket;
  return std::nullopt;
}

bool ListenerRoute::holds(Limit limit, Admission& admission) noexcept {
  if (!tries(limit)) return true;
  admission.beyond_tried.add(limit);
  counters.beyond_tried[static_cast<std::size_t>(limit)].add();
  return false;
}

SourceTable::Ticket ListenerRoute::take_source(const PeerAddress& client, Admission& admission) noexcept {
  if (!sources_.sessions) return SourceTable::uncounted;
  if (!tries(Limit::per_source)) return sources_.sessions->take(client);
  bool beyond = false;
  const SourceTable::Ticket ticket = sources_.sessions->take_beyond(client, beyond);
  if (beyond) (void)holds(Limit::per_source, admission);
  return ticket;
}

bool ListenerRoute::takes_rate(const PeerAddress& client) noexcept {
  if (!sources_.rates) return true;
  const SourceRates::Taken taken = sources_.rates->take(client, now_in_nanoseconds());
  if (taken.forgot) counters.sources_forgotten.add();
  return taken.may;
}

void ListenerRoute::on_session_ended(SourceTable::Ticket source) noexcept {
  give_back(source);
  owner_.on_session_ended();
}

}  // namespace duplexd
