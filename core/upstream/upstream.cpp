#include "core/upstream/upstream.hpp"

#include "core/upstream/policies/policies.hpp"

#include <sys/socket.h>

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

Upstream::Found choose_in(const Tier& tier, const Pool& pool, const Pick& pick, const Tried& tried,
                          Among among) noexcept {
  Candidates candidates(pool, pick, tried, among);
  const Choice found = choice(pool.config().balance, tier, candidates);
  return {found, among, !found.member && candidates.found_full()};
}

// The next tier is for members that are down: those that are full or just late are waited for.
Upstream::Found choose_among(const Pool& pool, const Pick& pick, const Tried& tried, Among among) noexcept {
  for (const Tier& tier : pool.tiers()) {
    Upstream::Found found = choose_in(tier, pool, pick, tried, among);
    if (!found.member && among == Among::fit) found = choose_in(tier, pool, pick, tried, Among::doubtful_too);
    if (found.member || found.all_full) return found;
  }
  return {};
}

}  // namespace

Upstream::Found Upstream::choose(const Pick& pick, const Tried& tried) const noexcept {
  if (tried.full()) return {};
  const bool try_all = config().on_all_down == OnAllDown::try_all;
  for (const Among among : {Among::fit, Among::ejected_too, Among::down_too}) {
    if (among == Among::down_too && !try_all) break;
    const Found found = choose_among(*pool_, pick, tried, among);
    if (found.member || found.all_full) return found;
  }
  return {{}, Among::fit, false, tried.empty() && !pool_->tiers().empty()};
}

void Upstream::call_if_room(const Pick& pick) noexcept {
  if (line().size() > 0 && choose(pick, Tried()).member) line().call_first();
}

void Upstream::eject(const Endpoint& endpoint, Millis now) const noexcept {
  if (endpoint.trust().ejected() || pool_->may_eject()) endpoint.trust().eject(now, config().passive);
}

void Upstream::on_early_reset(const Endpoint& endpoint, Millis now) const noexcept {
  if (endpoint.is_original_destination()) return;
  if (endpoint.trust().on_early_reset(now, config().passive)) eject(endpoint, now);
}

void Upstream::on_served(const Endpoint& endpoint, const SessionEnd& end) const noexcept {
  if (end.downstream_bytes.read > 0) return endpoint.trust().on_service();
  if (end.reason != CloseReason::endpoint_reset || end.duration - end.connecting > config().passive.early)
    return;
  on_early_reset(endpoint, now_in_millis());
}

std::uint32_t Upstream::take_source_turn(int family) noexcept {
  return source_turns_[family == AF_INET6 ? 1 : 0]++;
}

}  // namespace duplexd
