#pragma once

#include "core/upstream/policies/candidates.hpp"

namespace duplexd {

// The policies. Each chooses a member of the tier that `candidates` has, or none if there is no such member;
// it depends on nothing but its arguments and the sessions that the endpoints have.

/// Smooth weighted round robin: names with weights 5, 1, 1 take the turns a b a a c a a, and the addresses of
/// a name take its turns one after the other. The turns of a member that cannot be had go to the others in
/// proportion to their weights.
Choice round_robin(const Tier& tier, Candidates& candidates) noexcept;

/// The member with the fewest live sessions for its share; of equal ones the one whose turn is nearest.
Choice least_connections(const Tier& tier, Candidates& candidates) noexcept;

/// Of two members at random the one with fewer live sessions for its share (M. Mitzenmacher, The Power of Two
/// Choices, 1996).
Choice two_choices(const Tier& tier, Candidates& candidates) noexcept;

/// By the hash, in proportion to the weights.
Choice source_hash(const Tier& tier, Candidates& candidates) noexcept;

/// By the hash, as Tier::consistent() says; a hash whose member cannot be had moves, the others stay.
Choice consistent_hash(const Tier& tier, Candidates& candidates) noexcept;

/// The first in the order of the configuration.
Choice first(const Tier& tier, Candidates& candidates) noexcept;

}  // namespace duplexd
