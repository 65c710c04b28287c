#pragma once

#include "core/config/edge/limit.hpp"
#include "core/metrics/close_reason.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace duplexd {

/// Written by one thread, read by any: an increment is a plain load, add and store. A reader that sees an
/// increment also sees the writer's earlier ones.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_release);
  }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Each has cache lines of its own, because the counters of two workers are neighbours in memory.

/// What one worker counts for one listener. accepted = sum(ended) + moved + live sessions, whenever the
/// worker waits.
struct alignas(64) ListenerCounters {
  Counter accepted;
  std::array<Counter, close_reason_count> ended;
  Counter moved;              ///< went on in another process
  Counter upstream_bytes;     ///< delivered, client to endpoint
  Counter downstream_bytes;   ///< delivered, endpoint to client
  Counter spliced_bytes;      ///< of those delivered, moved without copying
  Counter undelivered_bytes;  ///< read from one side but never taken by the other, both directions
  Counter accept_errors;      ///< accept4(2) failed, whatever the cause
  Counter backoffs;           ///< pauses of accepting for lack of descriptors or memory
  Counter at_limit;           ///< pauses of accepting at a limit of sessions
  Counter handshakes_waited;  ///< sessions that had to wait for limits.handshakes
  /// Clients, or bytes, beyond limits that are tried.
  std::array<Counter, limit_count> beyond_tried;
  Counter sources_forgotten;  ///< by limits.per_source_rate: more came than it has room for
};

/// What one worker counts for one upstream: every failed attempt, by the close reason that it would cause.
struct alignas(64) UpstreamCounters {
  Counter connected;
  std::array<Counter, close_reason_count> failed;
};

/// What one worker counts beside its listeners.
struct WorkerCounters {
  /// Operations that did not fit their chain's block; 0 unless there is a bug.
  Counter handler_memory_fallbacks;
  /// Readiness reported for a descriptor that had none.
  Counter spurious_wakeups;
  /// Of the worker's loop, 100 ms apart; they stop when the worker is stuck.
  Counter ticks;
};

}  // namespace duplexd
