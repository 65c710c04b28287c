#include "core/upstream/policies/mix.hpp"
#include "core/upstream/policies/policies.hpp"
#include "core/upstream/policies/search.hpp"

#include <algorithm>

namespace duplexd {
namespace {

/// How loaded a member would be with one session more.
struct Load {
  const PoolMember* member;
  std::uint64_t live;

  explicit Load(const PoolMember& of) noexcept : member(&of), live(of.endpoint->sessions().live) {}
  float value() const noexcept { return static_cast<float>(live + 1) / member->share; }

  /// Taken only as long as it has no more sessions than it was chosen for.
  Choice choice() const noexcept {
    return {member, member->most == EndpointHold::any ? live + 1 : std::min(live + 1, member->most)};
  }
};

}  // namespace

Choice least_connections(const Tier& tier, Candidates& candidates) noexcept {
  const auto members = tier.members();
  Choice best;
  float least = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const PoolMember& member = members[(candidates.pick().turn + i) % members.size()];
    const Load load(member);
    if ((best.member && load.value() >= least) || !candidates.has(member)) continue;
    best = load.choice();
    least = load.value();
  }
  return best;
}

Choice two_choices(const Tier& tier, Candidates& candidates) noexcept {
  const std::uint64_t turn = candidates.pick().turn;
  const auto nth = [&](std::uint64_t first) {
    return search(tier, candidates, [&, first](std::uint64_t guess) -> const PoolMember& {
      return tier.of_turn(mix(mix(2 * turn + first) + guess));
    });
  };
  const Choice one = nth(0);
  if (!one.member) return one;
  const Choice other = nth(1);
  if (!other.member) return one;  // the last room was taken meanwhile
  return Load(*other.member).value() < Load(*one.member).value() ? other : one;
}

}  // namespace duplexd
