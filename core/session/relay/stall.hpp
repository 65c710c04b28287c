#pragma once

#include <chrono>

namespace duplexd {

/// How long a direction has waited for its receiver, altogether.
class Stall {
 public:
  /// Counts on from what another process has counted.
  void begin_with(std::chrono::microseconds total) noexcept { total_ = total; }
  void begin() noexcept {
    if (!going_on_) since_ = Clock::now();
    going_on_ = true;
  }
  void end() noexcept {
    total_ = total();
    going_on_ = false;
  }
  std::chrono::microseconds total() const noexcept {
    using std::chrono::microseconds;
    if (!going_on_) return total_;
    return total_ + std::chrono::duration_cast<microseconds>(Clock::now() - since_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point since_;
  std::chrono::microseconds total_{0};
  bool going_on_ = false;
};

}  // namespace duplexd
