#include "core/upstream/policies/mix.hpp"
#include "core/upstream/policies/policies.hpp"
#include "core/upstream/policies/search.hpp"

namespace duplexd {
namespace {

std::uint64_t nth_hash(std::uint64_t hash, std::uint64_t guess) noexcept {
  return guess == 0 ? hash : mix(hash + guess);
}

}  // namespace

Choice source_hash(const Tier& tier, Candidates& candidates) noexcept {
  const std::uint64_t hash = candidates.pick().hash;
  return search(tier, candidates, [&](std::uint64_t guess) -> const PoolMember& {
    return tier.of_turn(nth_hash(hash, guess));
  });
}

Choice consistent_hash(const Tier& tier, Candidates& candidates) noexcept {
  const std::uint64_t hash = candidates.pick().hash;
  return search(tier, candidates, [&](std::uint64_t guess) -> const PoolMember& {
    return tier.consistent(nth_hash(hash, guess));
  });
}

}  // namespace duplexd
