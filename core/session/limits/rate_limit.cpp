#include "core/session/limits/rate_limit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace duplexd {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;
constexpr double second = 1e9;

}  // namespace

void RateLimit::set(std::uint64_t rate, std::uint64_t burst) noexcept {
  interval_.store(rate == 0 ? 0 : second / static_cast<double>(rate), relaxed);
  ahead_.store(time_of(std::max<std::uint64_t>(burst, 1)), relaxed);
}

std::int64_t RateLimit::time_of(std::uint64_t count) const noexcept {
  return std::llround(static_cast<double>(count) * interval_.load(relaxed));
}

std::uint64_t RateLimit::available(Nanoseconds now) const noexcept {
  const double interval = interval_.load(relaxed);
  if (interval == 0) return std::numeric_limits<std::uint64_t>::max();
  const std::int64_t from = std::max(due_.load(relaxed), now.count());
  const std::int64_t time = now.count() + ahead_.load(relaxed) - from;
  // Half a nanosecond makes up for rounding.
  return time <= 0 ? 0 : static_cast<std::uint64_t>((static_cast<double>(time) + 0.5) / interval);
}

std::uint64_t RateLimit::available(Nanoseconds now, std::uint64_t enough) const noexcept {
  const double interval = interval_.load(relaxed);
  const std::uint64_t found = available(now);
  if (interval == 0 || found >= enough) return found;
  return static_cast<double>(found) * interval * 4 < static_cast<double>(ahead_.load(relaxed)) ? 0 : found;
}

bool RateLimit::try_take(Nanoseconds now) noexcept {
  const std::int64_t interval = time_of(1);
  if (interval == 0) return true;
  std::int64_t due = due_.load(relaxed);
  for (;;) {
    const std::int64_t next = std::max(due, now.count()) + interval;
    if (next - now.count() > ahead_.load(relaxed)) return false;
    if (due_.compare_exchange_weak(due, next, relaxed)) return true;
  }
}

void RateLimit::take(std::uint64_t count, Nanoseconds now) noexcept {
  std::int64_t due = due_.load(relaxed);
  while (!due_.compare_exchange_weak(due, std::max(due, now.count()) + time_of(count), relaxed)) {
  }
}

void RateLimit::give_back() noexcept { due_.fetch_sub(time_of(1), relaxed); }

}  // namespace duplexd
