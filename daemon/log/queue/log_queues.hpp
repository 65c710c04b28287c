#pragma once

#include "daemon/log/queue/event_queue.hpp"
#include "daemon/log/queue/line_queue.hpp"
#include "daemon/log/queue/wake_up.hpp"

#include <deque>
#include <optional>

namespace duplexd {

/// All that waits to be written: one ring per worker, one for the control thread's events, and its lines.
class LogQueues {
 public:
  explicit LogQueues(std::size_t workers) : rings_(workers + 1) {}

  /// Each ring by one thread: `ring` is the worker's number, or the number of workers for the control thread.
  void push(std::size_t ring, const Event& event) noexcept;
  void push(LogLine line);

  /// The writing thread's. Lines of different threads come out in the order of their times, as far as those
  /// are known by now.
  std::optional<LogLine> pop();
  void discard();  ///< drops what is queued, and counts it
  void sleep() noexcept;

  /// Ends a sleep for which there is no line.
  void wake() noexcept;

  std::uint64_t dropped() const noexcept;

 private:
  EventQueue* oldest_ring() noexcept;
  bool has_work() const noexcept;

  std::deque<EventQueue> rings_;
  LineQueue lines_;
  WakeUp wake_up_;
  std::atomic<bool> woken_{false};
  Counter discarded_;
};

}  // namespace duplexd
