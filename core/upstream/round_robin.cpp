#include "core/upstream/round_robin.hpp"

#include <algorithm>

namespace duplexd {

namespace {

// So that a choice takes some microseconds at most. Beyond it only endpoints of very small weight are left.
constexpr std::size_t most_looked_at = 1024;

}  // namespace

const Pool::Member* round_robin(const Pool& pool, std::uint64_t turn, const Tried& tried) noexcept {
  const auto turns = pool.turns();
  const std::size_t looked_at = std::min(turns.size(), most_looked_at);
  for (std::size_t i = 0; i < looked_at; ++i) {
    const Pool::Member& member = pool.members()[turns[(turn + i) % turns.size()]];
    if (!tried.contains(*member.endpoint)) return &member;
  }
  const auto left = std::ranges::find_if(
      pool.members(), [&](const Pool::Member& member) { return !tried.contains(*member.endpoint); });
  return left == pool.members().end() ? nullptr : &*left;
}

}  // namespace duplexd
