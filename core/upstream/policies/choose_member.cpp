#include "core/upstream/policies/choose_member.hpp"

#include "core/upstream/policies/policies.hpp"

namespace duplexd {
namespace {

using Among = Candidates::Among;

Choice choice(Balance balance, const Tier& tier, Candidates& candidates) noexcept {
  switch (balance) {
    case Balance::round_robin:
      return round_robin(tier, candidates);
    case Balance::least_connections:
      return least_connections(tier, candidates);
    case Balance::random:
      return two_choices(tier, candidates);
    case Balance::source_hash:
      return source_hash(tier, candidates);
    case Balance::consistent_hash:
      return consistent_hash(tier, candidates);
    case Balance::first:
      return first(tier, candidates);
  }
  return {};
}

MemberFound choose_in(const Tier& tier, const Pool& pool, const Pick& pick, const Tried& tried,
                      Among among) noexcept {
  Candidates candidates(pool, pick, tried, among);
  const Choice found = choice(pool.config().balance, tier, candidates);
  return {found, among, !found.member && candidates.found_full()};
}

// The next tier is for members that are down: those that are full or just late are waited for.
MemberFound choose_among(const Pool& pool, const Pick& pick, const Tried& tried, Among among) noexcept {
  for (const Tier& tier : pool.tiers()) {
    MemberFound found = choose_in(tier, pool, pick, tried, among);
    if (!found.member && among == Among::fit) found = choose_in(tier, pool, pick, tried, Among::doubtful_too);
    if (found.member || found.all_full) return found;
  }
  return {};
}

}  // namespace

MemberFound choose_member(const Pool& pool, const Pick& pick, const Tried& tried) noexcept {
  if (tried.full()) return {};
  const bool try_all = pool.config().on_all_down == OnAllDown::try_all;
  for (const Among among : {Among::fit, Among::ejected_too, Among::down_too}) {
    if (among == Among::down_too && !try_all) break;
    const MemberFound found = choose_among(pool, pick, tried, among);
    if (found.member || found.all_full) return found;
  }
  return {{}, Among::fit, false, tried.empty() && !pool.tiers().empty()};
}

}  // namespace duplexd
