#include "core/upstream/policies/candidates.hpp"

#include "core/upstream/policies/mix.hpp"

#include <algorithm>

namespace duplexd {

Unfit Candidates::unfit(const PoolMember& member) const noexcept {
  const Endpoint& endpoint = *member.endpoint;
  if (const Unfit why = unfit_by_standing(endpoint); why != Unfit::no) return why;
  if (tried_.contains(endpoint)) return Unfit::tried;
  const bool full = member.most != EndpointHold::any && endpoint.sessions().live >= member.most;
  return full ? Unfit::full : Unfit::no;
}

Unfit Candidates::unfit_by_standing(const Endpoint& endpoint) const noexcept {
  switch (endpoint.standing()) {
    case Standing::drained:
      return Unfit::drained;
    case Standing::disabled:
      return Unfit::disabled;
    case Standing::down:
      return among_ == Among::down_too ? Unfit::no : Unfit::down;
    default:
      break;
  }
  return among_ > Among::doubtful_too ? Unfit::no : unfit_by_trust(endpoint);
}

Unfit Candidates::unfit_by_trust(const Endpoint& endpoint) const noexcept {
  switch (endpoint.trust().ask(pick_.now, config_.passive)) {
    case Trust::Answer::no:
      return Unfit::ejected;
    case Trust::Answer::doubtful:
      return among_ == Among::doubtful_too ? Unfit::no : Unfit::doubtful;
    default:
      return among_ == Among::doubtful_too || is_started(endpoint) ? Unfit::no : Unfit::starting;
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
