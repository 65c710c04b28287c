#pragma once

#include "core/config/config.hpp"
#include "core/metrics/counters.hpp"
#include "core/session/host.hpp"
#include "core/upstream/upstream.hpp"

#include <cstdint>

namespace duplexd {

/// What every session of one listener on one worker shares: its settings, where it goes and where it is
/// counted. Outlives its sessions.
class Route {
 public:
  Route(SessionHost& session_host, const ListenerConfig& settings, Upstream& pool,
        ListenerCounters& counts) noexcept
      : host(session_host), config(settings), upstream(pool), counters(counts) {}

  SessionHost& host;
  const ListenerConfig& config;
  Upstream& upstream;
  ListenerCounters& counters;

  /// A session that this route's owner admitted has ended; `source` is the ticket that it was given.
  virtual void on_session_ended(std::uint32_t source) noexcept = 0;

 protected:
  ~Route() = default;
};

}  // namespace duplexd
