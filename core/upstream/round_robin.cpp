#include "core/upstream/round_robin.hpp"

#include <algorithm>

namespace duplexd {

namespace {

// So that a choice takes some microseconds at most. Beyond it only endpoints of very small shares are left.
constexpr std::uint64_t most_looked_at = 1024;

}  // namespace

const Pool::Member* round_robin(const Pool& pool, std::uint64_t turn, const Tried& tried) noexcept {
  const std::uint64_t looked_at = std::min(pool.rotation(), most_looked_at);
  for (std::uint64_t i = 0; i < looked_at; ++i) {
    const Pool::Member& member = pool.member_of(turn + i);
    if (!tried.contains(*member.endpoint)) return &member;
  }
  const auto left = std::ranges::find_if(
      pool.members(), [&](const Pool::Member& member) { return !tried.contains(*member.endpoint); });
  return left == pool.members().end() ? nullptr : &*left;
}

}  // namespace duplexd
