#pragma once

#include "core/listener/sources/source_limits.hpp"
#include "core/session/route.hpp"

#include <list>
#include <memory>
#include <utility>

namespace duplexd {

class Listener;

/// What one snapshot says about one listener, for one worker.
struct ListenerSnapshot {
  std::shared_ptr<const ListenerConfig> config;
  RouteTargets targets;
  SourceLimits sources;
};

/// The route of the sessions that a listener admits under one snapshot.
class ListenerRoute final : public Route {
 public:
  /// `owner` outlives it.
  ListenerRoute(Listener& owner, ListenerSnapshot snapshot) noexcept;

  /// The same for the peer of a socket, which may be a proxy.
  std::optional<CloseReason> admit_peer(const PeerAddress& peer, Admission& admission) noexcept;
  std::optional<CloseReason> admit(const PeerAddress& client, Admission& admission) noexcept override;
  /// For a session that is there already: also beyond the limit.
  SourceTable::Ticket take_source(const PeerAddress& address) noexcept {
    bool beyond = false;
    return sources_.sessions ? sources_.sessions->take_beyond(address, beyond) : SourceTable::uncounted;
  }
  void give_back(SourceTable::Ticket source) noexcept {
    if (sources_.sessions) sources_.sessions->give_back(source);
  }
  void on_session_ended(SourceTable::Ticket source) noexcept override;

  /// Whether something is counted that is told by notices.
  bool tells_counts() const noexcept { return tells_counts_; }

  bool tries(Limit limit) const noexcept { return tried_.contains(limit); }
  LimitSet tried() const noexcept { return tried_; }
  /// The client is beyond the limit: it is refused, unless the limit is tried only. Then it is counted.
  bool holds(Limit limit, Admission& admission) noexcept;

 private:
  std::optional<CloseReason> find_refusal(const PeerAddress& client, Admission& admission) noexcept;
  SourceTable::Ticket take_source(const PeerAddress& client, Admission& admission) noexcept;
  bool takes_rate(const PeerAddress& client) noexcept;

  Listener& owner_;
  const SourceLimits sources_;
  const LimitSet tried_;
  const bool tells_counts_;
};
/// A list, because its nodes go from thread to thread without memory.
using ListenerRoutes = std::list<ListenerRoute>;

}  // namespace duplexd
