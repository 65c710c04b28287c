#pragma once

#include "core/upstream/tier.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace duplexd {

/// The table of Maglev (D. Eisenbud and others, Maglev: A Fast and Reliable Software Network Load Balancer,
/// 2016, section 3.4) with weights: each entry is an index of `members`. It depends on their addresses and
/// shares only, not on their order, so that every process that has the same members chooses alike. It has at
/// least a hundred entries per member, and a prime number of them.
std::vector<std::uint32_t> maglev_table(std::span<const PoolMember> members);

}  // namespace duplexd
