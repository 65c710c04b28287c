#pragma once

#include "daemon/log/queue/event_queue.hpp"
#include "daemon/log/queue/line_queue.hpp"
#include "daemon/log/queue/released_names.hpp"
#include "daemon/log/queue/wake_up.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace duplexd {

/// A line that was taken from the queues, and what becomes of it.
struct QueuedLine {
  LogLine line;
  RecordRules::Choice choice{.is_kept = false};
  bool is_slow = false;  ///< the record of a session that waited long for its endpoint
};

/// All that waits to be written: one ring per worker, one for the control thread's events, and its lines.
/// Ends of sessions may wait for a nap of the writing thread, so that it writes many at once. Notices and
/// lines are urgent, and so is a ring that is half full.
class LogQueues {
 public:
  explicit LogQueues(std::size_t workers) : rings_(workers + 1) {}

  /// Each ring by one thread: `ring` is the worker's number, or the number of workers for the control thread.
  void push(std::size_t ring, const Event& event) noexcept;
  void push(LogLine line);

  /// The control thread's. Keeps `names` until the events that were pushed before have been popped.
  void keep(std::shared_ptr<const void> names) { released_.keep(std::move(names)); }

  /// The writing thread's. Lines of different threads come out in the order of their times, as far as those
  /// are known by now.
  std::optional<QueuedLine> pop();
  void discard();                                      ///< drops what is queued, and counts it
  void sleep() noexcept;                               ///< until there is anything
  void nap(std::chrono::milliseconds limit) noexcept;  ///< until something is urgent, or so long

  /// Ends a rest for which there is no line.
  void wake() noexcept;

  std::uint64_t dropped() const noexcept;

 private:
  EventQueue* oldest_ring() noexcept;
  bool is_urgent() const noexcept { return urgent_.load(std::memory_order_seq_cst); }
  bool has_events() const noexcept;

  std::deque<EventQueue> rings_;
  ReleasedNames released_{rings_};
  LineQueue lines_;
  WakeUp wake_up_;
  std::atomic<bool> urgent_{false};
  Counter discarded_;
};

}  // namespace duplexd
