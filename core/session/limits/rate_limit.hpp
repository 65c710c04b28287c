#pragma once

#include "core/session/limits/pace.hpp"

#include <chrono>
#include <cstdint>

namespace duplexd {

/// How much of something, such as sessions or bytes, may happen in a time, for all workers together and
/// without a lock. Times are of the steady clock. Safe from any thread.
class RateLimit {
 public:
  using Nanoseconds = Pace::Nanoseconds;

  /// As Pace.
  void set(std::uint64_t rate, std::uint64_t burst) noexcept { pace_.set(rate, burst); }
  bool is_set() const noexcept { return pace_.is_set(); }

  /// As many as may happen at once after a pause; 0: any number.
  std::uint64_t burst() const noexcept { return pace_.burst(); }

  /// How many may happen now; at most the burst.
  std::uint64_t available(Nanoseconds now) const noexcept;

  /// The same, and 0 while it is not worth a call: less than a quarter of the burst, and than `enough`.
  std::uint64_t available(Nanoseconds now, std::uint64_t enough) const noexcept;

  /// One happens. False: it may not yet.
  bool try_take(Nanoseconds now) noexcept { return pace_.try_take(due_, now); }
  /// So many have happened, also more than were available: then later ones wait longer.
  void take(std::uint64_t count, Nanoseconds now) noexcept;
  /// One that was taken has not happened.
  void give_back() noexcept;

 private:
  Pace pace_;
  Pace::Due due_{0};
};

inline RateLimit::Nanoseconds now_in_nanoseconds() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace duplexd
