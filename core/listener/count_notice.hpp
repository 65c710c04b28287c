#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace duplexd {

/// When to tell how often something has happened, on all workers together: at once, and then every ten
/// seconds while it goes on. Safe from any thread.
class CountNotice {
 public:
  using Clock = std::chrono::steady_clock;

  bool is_due(std::uint64_t count, Clock::time_point now) const noexcept;
  /// How often it has happened since it was told last; 0: it is not due, or another worker tells it.
  std::uint64_t try_tell(std::uint64_t count, Clock::time_point now) noexcept;

 private:
  std::atomic<std::uint64_t> told_{0};
  std::atomic<Clock::rep> opens_at_{0};
};

}  // namespace duplexd
