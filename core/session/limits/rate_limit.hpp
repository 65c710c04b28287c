#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace duplexd {

/// How much of something may happen in a time, such as sessions or bytes, for all workers together and
/// without a lock: the generic cell rate algorithm (ITU-T I.371, section 5.4.1.4), a token bucket that is one
/// number. Times are of the steady clock. Safe from any thread.
class RateLimit {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  /// So many a second, and `burst` at once after a pause; a rate of 0: any number.
  void set(std::uint64_t rate, std::uint64_t burst) noexcept;
  bool is_set() const noexcept { return interval_.load(std::memory_order_relaxed) != 0; }

  /// How many may happen now; at most the burst.
  std::uint64_t available(Nanoseconds now) const noexcept;

  /// The same, and 0 while it is not worth a call: less than a quarter of the burst, and than `enough`.
  std::uint64_t available(Nanoseconds now, std::uint64_t enough) const noexcept;

  /// One happens. False: it may not yet.
  bool try_take(Nanoseconds now) noexcept;
  /// So many have happened, also more than were available: then later ones wait longer.
  void take(std::uint64_t count, Nanoseconds now) noexcept;
  /// One that was taken has not happened.
  void give_back() noexcept;

 private:
  std::int64_t time_of(std::uint64_t count) const noexcept;

  std::atomic<double> interval_{0};     // nanoseconds between two
  std::atomic<std::int64_t> ahead_{0};  // by how much one may come too early: the time of the burst
  std::atomic<std::int64_t> due_{0};    // when the next would come at an even pace
};

inline RateLimit::Nanoseconds now_in_nanoseconds() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace duplexd
