#pragma once

#include "core/config/edge/limit.hpp"
#include "core/metrics/accept_errors.hpp"
#include "core/metrics/close_reason.hpp"
#include "core/metrics/counter.hpp"
#include "core/metrics/histogram.hpp"

#include <array>

namespace duplexd {

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
  AcceptErrors accept_errors;
  Counter backoffs;           ///< pauses of accepting for lack of descriptors or memory
  Counter at_limit;           ///< pauses of accepting at a limit of sessions
  Counter handshakes_waited;  ///< sessions that had to wait for limits.handshakes
  /// Clients, or bytes, beyond limits that are tried.
  std::array<Counter, limit_count> beyond_tried;
  Counter sources_forgotten;  ///< by limits.per_source_rate: more came than it has room for
  // Each direction apart: how often it had to wait for its receiver, and for how many microseconds. A wait is
  // added when it is over.
  Counter upstream_stalls;
  Counter downstream_stalls;
  Counter upstream_stalled;
  Counter downstream_stalled;
  Counter half_closed;       ///< sessions of which one direction has ended in order
  Counter half_closed_over;  ///< half-closed sessions that have ended or were moved
  Gauge half_closed_oldest;  ///< microseconds since the oldest that lives became so, as of the last tick
  Histogram durations;       ///< from accept to the end; a session that a limit refuses has none
};

/// What one worker counts for one upstream: every failed attempt, by the close reason that it would cause.
struct alignas(64) UpstreamCounters {
  Counter connected;
  std::array<Counter, close_reason_count> failed;
  Histogram connect_times;  ///< of `connected`
  /// Of sessions whose endpoint has answered: from the beginning of the relaying to its first byte that was
  /// delivered.
  Histogram first_bytes;
};

/// What one worker counts beside its listeners.
struct WorkerCounters {
  /// Operations that did not fit their chain's block; 0 unless there is a bug.
  Counter handler_memory_fallbacks;
  /// Readiness reported for a descriptor that had none.
  Counter spurious_wakeups;
  /// Of the worker's loop, 100 ms apart; they stop when the worker is stuck.
  Counter ticks;
  Histogram lateness;  ///< of ticks: how long they waited for what the loop did
  // As they were at the last tick.
  Gauge sessions;
  Gauge buffers;  ///< of BufferPool::buffer_size, leased
  Gauge pipes;    ///< leased
  // Of what the worker's operations have had from handler memory, the same.
  Gauge handler_memory_uses;
  Gauge handler_memory_busy;
  Gauge handler_memory_most_busy;
};

}  // namespace duplexd
