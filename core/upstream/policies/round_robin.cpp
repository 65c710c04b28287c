#include "core/upstream/policies/mix.hpp"
#include "core/upstream/policies/policies.hpp"
#include "core/upstream/policies/search.hpp"

namespace duplexd {

Choice round_robin(const Tier& tier, Candidates& candidates) noexcept {
  const std::uint64_t turn = candidates.pick().turn;
  return search(tier, candidates, [&](std::uint64_t guess) -> const PoolMember& {
    return tier.of_turn(guess == 0 ? turn : mix(turn + guess));
  });
}

}  // namespace duplexd
