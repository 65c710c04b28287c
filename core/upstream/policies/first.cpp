#include "core/upstream/policies/policies.hpp"

namespace duplexd {

Choice first(const Tier& tier, Candidates& candidates) noexcept {
  for (const PoolMember& member : tier.members()) {
    if (candidates.has(member)) return {&member, member.most};
  }
  return {};
}

}  // namespace duplexd
