#pragma once

#include <chrono>
#include <utility>

namespace duplexd {

/// How long a direction has waited for its receiver, altogether.
class Stall {
 public:
  /// Counts on from what another process has counted.
  void begin_with(std::chrono::microseconds total) noexcept { total_ = total; }
  void begin() noexcept {
    if (!going_on()) since_ = Clock::now();
  }
  /// How long the wait was that is over; 0: there was none.
  std::chrono::microseconds end() noexcept {
    const std::chrono::microseconds before = std::exchange(total_, total());
    since_ = not_begun;
    return total_ - before;
  }
  std::chrono::microseconds total() const noexcept {
    using std::chrono::microseconds;
    if (!going_on()) return total_;
    return total_ + std::chrono::duration_cast<microseconds>(Clock::now() - since_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::time_point not_begun{};

  bool going_on() const noexcept { return since_ != not_begun; }

  Clock::time_point since_ = not_begun;
  std::chrono::microseconds total_{0};
};

}  // namespace duplexd
