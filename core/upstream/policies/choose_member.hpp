#pragma once

#include "core/upstream/policies/candidates.hpp"

namespace duplexd {

/// What comes of looking for an endpoint.
struct MemberFound : Choice {
  Candidates::Among among = Candidates::Among::fit;
  bool all_full = false;  ///< no member: one that could be had has no room
  bool all_down = false;  ///< no member: nothing was tried, and there are some that are down
};

/// The member for one session. It takes nothing: no turn, no place and no trial.
MemberFound choose_member(const Pool& pool, const Pick& pick, const Tried& tried) noexcept;

}  // namespace duplexd
