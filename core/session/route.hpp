#pragma once

#include "core/config/config.hpp"
#include "core/metrics/counters.hpp"
#include "core/session/half_closed.hpp"
#include "core/session/limits/bandwidths.hpp"
#include "core/session/limits/handshake_limit.hpp"
#include "core/session/routing/peer_role.hpp"
#include "core/session/services.hpp"
#include "core/tls/listener_tls.hpp"
#include "core/upstream/upstream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace duplexd {

/// Where sessions of a route may go. The control thread makes it.
struct RouteTargets {
  std::shared_ptr<Upstream> upstream{};  ///< of those that no item of the routes applies to; null: none
  /// One for each item of ListenerConfig::routes; null: it rejects.
  std::vector<std::shared_ptr<Upstream>> of_items{};
  std::shared_ptr<const ListenerTls> tls{};  ///< null: TLS does not end at the listener
};

/// What a client has got when it was admitted.
struct Admission {
  static constexpr std::uint32_t no_source = 0xffffffff;

  std::uint32_t source = no_source;  ///< a ticket for Route::on_session_ended()
  LimitSet beyond_tried{};           ///< limits that are tried, and that it was beyond
};

/// What every session that begins under one snapshot of one listener, on one worker, shares: its settings,
/// where it may go and where it is counted. Outlives its sessions.
class Route {
 public:
  Route(SessionServices& session_services, std::string_view listener_name,
        std::shared_ptr<const ListenerConfig> settings, RouteTargets targets, ListenerCounters& counts,
        Bandwidths& of_all, HandshakeLimit& handshake_limit, HalfClosed& half_closed_sessions) noexcept
      : services(session_services),
        listener(listener_name),
        counters(counts),
        bandwidth(of_all),
        handshakes(handshake_limit),
        half_closed(half_closed_sessions),
        settings_(std::move(settings)),
        targets_(std::move(targets)) {}
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;

  SessionServices& services;
  const std::string_view listener;  ///< its name, which outlives every session
  ListenerCounters& counters;
  Bandwidths& bandwidth;       ///< of all sessions of the listener
  HandshakeLimit& handshakes;  ///< the same
  HalfClosed& half_closed;     ///< the same, of this worker
  std::size_t users = 0;       ///< sessions that refer to this route

  const ListenerConfig& config() const noexcept { return *settings_; }
  const RouteTargets& targets() const noexcept { return targets_; }

  /// Whether the peer may say in a PROXY header who the client is.
  bool trusts(const PeerAddress& peer) const noexcept {
    return peer_role(config().proxy_protocol, peer) == PeerRole::proxy;
  }
  /// Whether the client may have a session, which then has what `admission` says.
  virtual std::optional<CloseReason> admit(const PeerAddress& client, Admission& admission) noexcept = 0;

  /// A session that this route's owner admitted has ended; `source` is the ticket that it was given.
  virtual void on_session_ended(std::uint32_t source) noexcept = 0;

 protected:
  ~Route() = default;

 private:
  const std::shared_ptr<const ListenerConfig> settings_;
  const RouteTargets targets_;
};

}  // namespace duplexd
