#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/session/limits/rate_limit.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>

namespace duplexd {

/// Bytes a second of one direction. Safe from any thread.
class Bandwidth {
 public:
  using Nanoseconds = RateLimit::Nanoseconds;

  /// 0: any number. A fifth of a second may come at once: those that wait look each tick.
  void set(std::uint64_t rate, bool dry_run) noexcept {
    rate_.set(rate, rate / 5);
    dry_run_.store(dry_run, std::memory_order_relaxed);
  }
  bool is_set() const noexcept { return rate_.is_set(); }

  /// How many may come now, as RateLimit says; any number on dry run.
  std::uint64_t available(Nanoseconds now, std::uint64_t enough) const noexcept {
    return dry_run() ? std::numeric_limits<std::uint64_t>::max() : rate_.available(now, enough);
  }
  /// So many have come. Returns how many of them were beyond what may come, on dry run.
  std::uint64_t take(std::uint64_t count, Nanoseconds now) noexcept {
    const std::uint64_t within = dry_run() ? std::min(count, rate_.available(now)) : count;
    rate_.take(within, now);
    return count - within;
  }

 private:
  bool dry_run() const noexcept { return dry_run_.load(std::memory_order_relaxed); }

  RateLimit rate_;
  std::atomic<bool> dry_run_{false};
};

/// That of both directions: of a session, or of all sessions of a listener.
struct Bandwidths {
  Bandwidth upstream;
  Bandwidth downstream;

  /// That of the direction whose sender is `from`.
  Bandwidth& of(Side from) noexcept { return from == Side::client ? upstream : downstream; }
};

}  // namespace duplexd
