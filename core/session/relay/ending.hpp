#pragma once

#include "core/metrics/close_reason.hpp"

#include <array>
#include <cstdint>

namespace duplexd {

/// How the leg to one peer is closed.
enum class LegEnd : std::uint8_t {
  /// The peer sees the end of the stream.
  orderly,
  /// The peer sees a reset; what it has not received yet is dropped.
  reset,
  /// The peer sees a reset if its kernel has every byte already, else an orderly end: no byte is taken from
  /// it.
  reset_if_acknowledged,
};

/// How a session ended.
struct Ending {
  CloseReason reason{};
  int error = 0;
  LegEnd client{};
  LegEnd endpoint{};
};

/// Who caused the end, seen from the peer whose leg is closed.
enum class CausedBy : std::uint8_t { this_peer, other_peer, us };

/// The specification of resets: how the leg to a peer is closed, by what the peer was told and has told.
struct EndRule {
  /// The peer was told the end of what the other peer sent.
  bool told_all;
  /// The peer has ended its own stream, and that end was forwarded.
  bool finished;
  CausedBy caused_by;
  LegEnd end;
};

// A peer that was not told everything never sees an orderly end, whatever the reason: it would take a part
// for the whole. A peer that was told everything keeps it.
inline constexpr std::array end_rules{
    // Both directions finished.
    EndRule{true, true, CausedBy::this_peer, LegEnd::orderly},
    EndRule{true, true, CausedBy::other_peer, LegEnd::orderly},
    // It has everything, and broke off its own stream: it needs no reset.
    EndRule{true, false, CausedBy::this_peer, LegEnd::orderly},
    // It has everything, and the receiver of its own stream broke off: it must not believe that its bytes
    // arrived.
    EndRule{true, false, CausedBy::other_peer, LegEnd::reset_if_acknowledged},
    // It has everything, and a deadline or a stop ends its own stream.
    EndRule{true, false, CausedBy::us, LegEnd::orderly},
    // It has ended its own stream and waits for the rest of the other one.
    EndRule{false, true, CausedBy::this_peer, LegEnd::reset},
    EndRule{false, true, CausedBy::other_peer, LegEnd::reset},
    EndRule{false, true, CausedBy::us, LegEnd::reset},
    // The session breaks in the middle.
    EndRule{false, false, CausedBy::this_peer, LegEnd::reset},
    EndRule{false, false, CausedBy::other_peer, LegEnd::reset},
    EndRule{false, false, CausedBy::us, LegEnd::reset},
};

constexpr LegEnd leg_end(bool told_all, bool finished, CausedBy caused_by) noexcept {
  for (const EndRule& rule : end_rules) {
    if (rule.told_all == told_all && rule.finished == finished && rule.caused_by == caused_by)
      return rule.end;
  }
  // Both directions have finished and the end is ours: it ended when the second one did.
  return LegEnd::orderly;
}

}  // namespace duplexd
