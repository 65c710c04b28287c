#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace duplexd {

/// How much of something may happen in a time: the generic cell rate algorithm (ITU-T I.371, section
/// 5.4.1.4), a token bucket that is one number, the time at which the next would come at an even pace. A
/// bucket whose time has passed is full. Times are of the steady clock. Safe from any thread.
class Pace {
 public:
  using Nanoseconds = std::chrono::nanoseconds;
  using Due = std::atomic<std::int64_t>;

  /// So many a second, and `burst` at once after a pause; a rate of 0: any number.
  void set(std::uint64_t rate, std::uint64_t burst) noexcept;
  bool is_set() const noexcept { return interval() != 0; }

  double interval() const noexcept { return interval_.load(std::memory_order_relaxed); }  ///< ns between two
  /// By how much one may come too early: the time of the burst, in nanoseconds.
  std::int64_t ahead() const noexcept { return ahead_.load(std::memory_order_relaxed); }
  std::uint64_t burst() const noexcept;  ///< 0: any number
  std::int64_t time_of(std::uint64_t count) const noexcept;

  /// Whether one may happen now.
  bool may_take(const Due& due, Nanoseconds now) const noexcept {
    return next_due(due.load(std::memory_order_relaxed), now).may;
  }
  /// One happens. False: it may not yet.
  bool try_take(Due& due, Nanoseconds now) const noexcept;

 private:
  struct Next {
    std::int64_t due = 0;
    bool may = true;
  };
  Next next_due(std::int64_t earlier, Nanoseconds now) const noexcept;

  std::atomic<double> interval_{0};
  std::atomic<std::int64_t> ahead_{0};
};

}  // namespace duplexd
