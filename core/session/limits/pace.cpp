#include "core/session/limits/pace.hpp"

#include <algorithm>
#include <cmath>

namespace duplexd {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr double second = 1e9;

}  // namespace

void Pace::set(std::uint64_t rate, std::uint64_t burst) noexcept {
  interval_.store(rate == 0 ? 0 : second / static_cast<double>(rate), relaxed);
  ahead_.store(time_of(std::max<std::uint64_t>(burst, 1)), relaxed);
}

std::uint64_t Pace::burst() const noexcept {
  const double one = interval();
  return one == 0 ? 0 : static_cast<std::uint64_t>(std::llround(static_cast<double>(ahead()) / one));
}

std::int64_t Pace::time_of(std::uint64_t count) const noexcept {
  return std::llround(static_cast<double>(count) * interval());
}

Pace::Next Pace::next_due(std::int64_t earlier, Nanoseconds now) const noexcept {
  const std::int64_t next = std::max(earlier, now.count()) + time_of(1);
  return {next, !is_set() || next - now.count() <= ahead()};
}

bool Pace::try_take(Due& due, Nanoseconds now) const noexcept {
  if (!is_set()) return true;
  std::int64_t earlier = due.load(relaxed);
  for (;;) {
    const Next next = next_due(earlier, now);
    if (!next.may) return false;
    if (due.compare_exchange_weak(earlier, next.due, relaxed)) return true;
  }
}

}  // namespace duplexd
