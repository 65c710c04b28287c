#include "core/listener/count_notice.hpp"

namespace duplexd {

namespace {
constexpr std::chrono::seconds between_notices{10};
}

bool CountNotice::is_due(std::uint64_t count, Clock::time_point now) const noexcept {
  return count > told_.load(std::memory_order_relaxed) &&
         now.time_since_epoch().count() >= opens_at_.load(std::memory_order_relaxed);
}

std::uint64_t CountNotice::try_tell(std::uint64_t count, Clock::time_point now) noexcept {
  Clock::rep opens_at = opens_at_.load(std::memory_order_relaxed);
  const std::uint64_t told = told_.load(std::memory_order_relaxed);
  if (!is_due(count, now)) return 0;
  const Clock::rep next = (now + between_notices).time_since_epoch().count();
  if (!opens_at_.compare_exchange_strong(opens_at, next, std::memory_order_relaxed)) return 0;
  told_.store(count, std::memory_order_relaxed);
  return count - told;
}

}  // namespace duplexd
