#pragma once

#include "core/config/config.hpp"
#include "core/metrics/close_reason.hpp"
#include "core/session/session.hpp"

#include <optional>

namespace duplexd {

/// Why a session has to leave its endpoint, and how.
struct Leaving {
  CloseReason reason{};
  LiveSessions how{};
  friend bool operator==(const Leaving&, const Leaving&) = default;
};

/// None: sessions may stay at `endpoint`, which `pool` has or had.
std::optional<Leaving> leaving(const Endpoint& endpoint, const Pool& pool) noexcept;

/// Lets the session end as leaving() says, or go on although it was to end for such a reason. `drain` is how
/// long it may go on when it is drained; endings are spread over `spread`, but that of an endpoint that is
/// down. On the session's worker.
void end_if_leaving(Session& session, SessionServices& services, Duration drain, Duration spread) noexcept;

}  // namespace duplexd
