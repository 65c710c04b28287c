#pragma once

#include <chrono>

namespace duplexd {

/// How long one turn of a loop may be kept by what could go on in the next.
inline constexpr std::chrono::milliseconds turn_length{1};

/// What a step has left of the work that it is a part of.
enum class Progress {
  more,   ///< the next step can follow at once
  waits,  ///< ... in the next turn: others have to do their part
  done,
};

/// Calls `step` until it returns false, which is when nothing is left, or the turn is over. A step is short:
/// one socket, or so many sessions. Returns whether something may be left.
template <class Step>
bool for_one_turn(Step step) {
  const auto end = std::chrono::steady_clock::now() + turn_length;
  while (step()) {
    if (std::chrono::steady_clock::now() >= end) return true;
  }
  return false;
}

}  // namespace duplexd
