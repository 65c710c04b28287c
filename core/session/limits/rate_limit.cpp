#include "core/session/limits/rate_limit.hpp"

#include <algorithm>
#include <limits>

namespace duplexd {

std::uint64_t RateLimit::available(Nanoseconds now) const noexcept {
  const double interval = pace_.interval();
  if (interval == 0) return std::numeric_limits<std::uint64_t>::max();
  const std::int64_t from = std::max(due_.load(std::memory_order_relaxed), now.count());
  const std::int64_t time = now.count() + pace_.ahead() - from;
  // Half a nanosecond makes up for rounding.
  return time <= 0 ? 0 : static_cast<std::uint64_t>((static_cast<double>(time) + 0.5) / interval);
}

std::uint64_t RateLimit::available(Nanoseconds now, std::uint64_t enough) const noexcept {
  const double interval = pace_.interval();
  const std::uint64_t found = available(now);
  if (interval == 0 || found >= enough) return found;
  return static_cast<double>(found) * interval * 4 < static_cast<double>(pace_.ahead()) ? 0 : found;
}

void RateLimit::take(std::uint64_t count, Nanoseconds now) noexcept {
  const std::int64_t time = pace_.time_of(count);
  std::int64_t due = due_.load(std::memory_order_relaxed);
  while (!due_.compare_exchange_weak(due, std::max(due, now.count()) + time, std::memory_order_relaxed)) {
  }
}

void RateLimit::give_back() noexcept { due_.fetch_sub(pace_.time_of(1), std::memory_order_relaxed); }

}  // namespace duplexd
