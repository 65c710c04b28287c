#pragma once

#include "core/config/edge/limit.hpp"
#include "core/session/limits/rate_limit.hpp"
#include "core/session/limits/session_limit.hpp"

#include <cstdint>

namespace duplexd {

/// Which limit has no place for one more session of a listener, before anything is known of its client.
enum class Shortage : std::uint8_t { none, of_process, sessions, rate };

/// What has to have a place for a new session.
struct Room {
  const SessionLimit& of_process;
  const SessionLimit& sessions;
  const RateLimit& rate;
  LimitSet tried{};  ///< of the listener's: they hold nobody back
};

inline Shortage shortage_of_sessions(const Room& room) noexcept {
  if (room.of_process.full()) return Shortage::of_process;
  const bool full = room.sessions.full() && !room.tried.contains(Limit::sessions);
  return full ? Shortage::sessions : Shortage::none;
}

inline Shortage shortage(const Room& room, RateLimit::Nanoseconds now) noexcept {
  if (const Shortage of_sessions = shortage_of_sessions(room); of_sessions != Shortage::none)
    return of_sessions;
  const bool too_fast =
      room.rate.is_set() && !room.tried.contains(Limit::rate) && room.rate.available(now) == 0;
  return too_fast ? Shortage::rate : Shortage::none;
}

}  // namespace duplexd
