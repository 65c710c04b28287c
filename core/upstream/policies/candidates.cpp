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
  return among_ > Among::doubtful_too || is_trusted(endpoint);
}

bool Candidates::is_trusted(const Endpoint& endpoint) const noexcept {
  switch (endpoint.trust().ask(pick_.now, config_.passive)) {
    case Trust::Answer::no:
      return false;
    case Trust::Answer::doubtful:
      return among_ == Among::doubtful_too;
    default:
      return among_ == Among::doubtful_too || is_started(endpoint);
  }
}

// An endpoint that came up t of the time ago takes that part of the turns that it is asked in, or of the
// clients that are its own, but one in ten at least, so that its share can grow at all.
bool Candidates::is_started(const Endpoint& endpoint) const noexcept {
  const Millis since = endpoint.up_since();
  if (since == 0 || config_.slow_start.count() == 0) return true;
  const Millis passed = pick_.now - since;
  if (passed >= config_.slow_start.count()) return true;
  const auto percent = std::max<Millis>(100 * passed / config_.slow_start.count(), 10);
  return static_cast<Millis>(mix((pick_.hash != 0 ? pick_.hash : pick_.turn) ^ mix(endpoint.serial)) % 100) <
         percent;
}

}  // namespace duplexd
