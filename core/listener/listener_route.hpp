#pragma once

#include "core/listener/source_table.hpp"
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
  std::shared_ptr<SourceTable> sources;  ///< null: limits.per_source is off
};

/// The route of the sessions that a listener admits under one snapshot.
class ListenerRoute final : public Route {
 public:
  /// `owner` outlives it.
  ListenerRoute(Listener& owner, ListenerSnapshot snapshot) noexcept;

  /// The same for the peer of a socket, which may be a proxy.
  std::optional<CloseReason> admit_peer(const PeerAddress& peer, SourceTable::Ticket& source) noexcept;
  std::optional<CloseReason> admit(const PeerAddress& client, SourceTable::Ticket& source) noexcept override;
  SourceTable::Ticket take_source(const PeerAddress& address) noexcept {
    return sources_ ? sources_->take(address) : SourceTable::uncounted;
  }
  void give_back(SourceTable::Ticket source) noexcept {
    if (sources_) sources_->give_back(source);
  }
  void on_session_ended(SourceTable::Ticket source) noexcept override;

 private:
  Listener& owner_;
  const std::shared_ptr<SourceTable> sources_;
};
/// A list, because its nodes go from thread to thread without memory.
using ListenerRoutes = std::list<ListenerRoute>;

}  // namespace duplexd
