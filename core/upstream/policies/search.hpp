#pragma once

#include "core/upstream/policies/candidates.hpp"

namespace duplexd {

/// The first of `of(0)`, `of(1)` ... that can be had, after so many of them any that can be had.
template <class Of>
Choice search(const Tier& tier, Candidates& candidates, Of of) noexcept {
  constexpr std::uint64_t guesses = 16;
  for (std::uint64_t i = 0; i < guesses; ++i) {
    const PoolMember& member = of(i);
    if (candidates.has(member)) return {&member, member.most};
  }
  const auto members = tier.members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const PoolMember& member = members[(candidates.pick().turn + i) % members.size()];
    if (candidates.has(member)) return {&member, member.most};
  }
  return {};
}

}  // namespace duplexd
