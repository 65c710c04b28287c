#pragma once

#include "core/metrics/close_reason.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace duplexd {

/// Written by one thread, read by any: an increment is a plain load, add and store. A reader that sees an
/// increment also sees those that the writer made before.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_release);
  }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Each on cache lines of its own: the counters of two workers stand side by side.

/// What one worker counts for one listener. accepted = sum(ended) + live sessions, at every moment that the
/// worker rests.
struct alignas(64) ListenerCounters {
  Counter accepted;
  std::array<Counter, close_reason_count> ended;
  Counter upstream_bytes;     ///< delivered, client to endpoint
  Counter downstream_bytes;   ///< delivered, endpoint to client
  Counter spliced_bytes;      ///< of those delivered, moved without copying
  Counter undelivered_bytes;  ///< read from a peer but never taken by the other, both directions
  Counter accept_errors;      ///< accept4(2) failed, whatever the cause
  Counter backoffs;           ///< times that accepting paused for want of descriptors or memory
  Counter at_limit;           ///< times that accepting paused at a limit of sessions
};

/// What one worker counts for one upstream: every attempt that failed, by the close reason that it would have
/// caused.
struct alignas(64) UpstreamCounters {
  Counter connected;
  std::array<Counter, close_reason_count> failed;
};

/// What one worker counts beside its listeners.
struct WorkerCounters {
  Counter
      handler_memory_fallbacks;  ///< operations that did not fit their chain's block; 0 unless there is a bug
  Counter spurious_wakeups;      ///< readiness reported for a descriptor that had none
  Counter ticks;  ///< of the worker's loop, 100 ms apart; one that stands still has a worker that is stuck
};

}  // namespace duplexd
