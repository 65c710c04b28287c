#include "core/upstream/policies/candidates.hpp"

#include "core/upstream/policies/mix.hpp"

#include <algorithm>

namespace duplexd {

bool Candidates::has(const PoolMember& member) noexcept {
  const Endpoint& endpoint = *member.endpoint;
  if (!is_fit(endpoint) || tried_.contains(endpoint)) return false;
  const bool full = member.most != EndpointHold::any && endpoint.sessions().live >= member.most;
  found_full_ |= full;
  return !full;
}

bool Candidates::is_fit(const Endpoint& endpoint) const noexcept {
  switch (endpoint.standing()) {
    case Standing::drained:
    case Standing::disabled:
      return false;
    case Standing::down:
      return among_ == Among::down_too;
    default:
      break;
  }
  if (among_ != Among::fit) return true;
  return endpoint.trust().ask(pick_.now, config_.passive) != Trust::Answer::no && is_started(endpoint);
}

// An endpoint that came up t of the time ago takes that part of the turns that it is asked in, but one in
// ten at least, so that its share can grow at all.
bool Candidates::is_started(const Endpoint& endpoint) const noexcept {
  const Millis since = endpoint.up_since();
  if (since == 0 || config_.slow_start.count() == 0) return true;
  const Millis passed = pick_.now - since;
  if (passed >= config_.slow_start.count()) return true;
  const auto percent = std::max<Millis>(100 * passed / config_.slow_start.count(), 10);
  return static_cast<Millis>(mix(pick_.turn ^ mix(endpoint.serial)) % 100) < percent;
}

}  // namespace duplexd
