#pragma once

#include "core/upstream/pool.hpp"
#include "core/upstream/tried.hpp"

#include <cstdint>

namespace duplexd {

/// Smooth weighted round robin: names with weights 5, 1, 1 take the turns a b a a c a a, and the addresses of
/// a name take its turns one after the other. A session that has tried the endpoint of its turn gets the next
/// one that it has not, without a further turn. Null if it has tried all.
const Pool::Member* round_robin(const Pool& pool, std::uint64_t turn, const Tried& tried) noexcept;

}  // namespace duplexd
