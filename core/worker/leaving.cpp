#include "core/worker/leaving.hpp"

#include <algorithm>
#include <random>

namespace duplexd {
namespace {

bool takes_sessions(const PoolMember& member) noexcept {
  return member.endpoint->standing() == Standing::up && !member.endpoint->trust().ejected();
}

// Of an earlier tier than the endpoint's, some endpoint is up.
bool may_fail_back(const Endpoint& endpoint, const Pool& pool) noexcept {
  const auto tiers = pool.tiers();
  const std::size_t own = pool.tier_of(endpoint);
  return own < tiers.size() && std::ranges::any_of(tiers.first(own), [](const Tier& tier) {
           return std::ranges::any_of(tier.members(), takes_sessions);
         });
}

Leaving of_standing(const Endpoint& endpoint, const Pool& pool) noexcept {
  const UpstreamConfig& config = pool.config();
  if (endpoint.removed()) return {CloseReason::removed, config.on_removed};
  switch (endpoint.standing()) {
    case Standing::drained:
      return {CloseReason::drained, config.on_drained};
    case Standing::disabled:
    case Standing::down:
      return {CloseReason::endpoint_down, config.on_down};
    default:
      break;
  }
  const bool back = config.on_up == OnUp::close_backups && may_fail_back(endpoint, pool);
  return {CloseReason::failed_back, back ? LiveSessions::close : LiveSessions::keep};
}

}  // namespace

std::optional<Leaving> leaving(const Endpoint& endpoint, const Pool& pool) noexcept {
  const Leaving found = of_standing(endpoint, pool);
  if (found.how == LiveSessions::keep) return std::nullopt;
  return found;
}

// Not all at once: their clients come back, and all of them to the endpoints that are left. Those of one that
// is down must not go on with it. Those that were told to end before, and may stay now, go on.
void end_if_leaving(Session& session, SessionServices& services, Duration drain, Duration spread) noexcept {
  const Endpoint* const endpoint = session.endpoint();
  const auto found = endpoint ? leaving(*endpoint, session.upstream().pool()) : std::nullopt;
  if (!found) return session.stay_at_endpoint();
  const bool at_once = found->reason == CloseReason::endpoint_down && found->how == LiveSessions::close;
  std::uniform_int_distribution<std::int64_t> at(0, at_once ? 0 : spread.count());
  const Duration delay = found->how == LiveSessions::drain ? drain : Duration(0);
  const auto ticks = (delay + Duration(at(services.random))) / tick_length;
  session.leave_endpoint(services.wheel.now() + 1 + static_cast<Tick>(ticks), found->reason);
}

}  // namespace duplexd
