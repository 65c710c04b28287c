#pragma once

#include "daemon/log/line/log_line.hpp"

#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

namespace duplexd {

/// Lines of the control thread, which may allocate and lock. Bounded: a line too many is dropped and counted.
/// Vital ones have as much room again, which no others take.
class LineQueue {
 public:
  static constexpr std::size_t capacity = 4096;

  void push(LogLine line) {
    const std::lock_guard lock(mutex_);
    const bool vital = traits_of(line.kind()).vital;
    if (lines_.size() >= (vital ? 2 * capacity : capacity)) {
      ++dropped_;
    } else {
      lines_.push_back(std::move(line));
      size_.store(lines_.size(), std::memory_order_seq_cst);
    }
  }

  std::optional<LogTime> front_time() const {
    const std::lock_guard lock(mutex_);
    return lines_.empty() ? std::nullopt : std::optional(lines_.front().time());
  }

  LogLine pop() {
    const std::lock_guard lock(mutex_);
    LogLine line = std::move(lines_.front());
    lines_.pop_front();
    size_.store(lines_.size(), std::memory_order_seq_cst);
    return line;
  }

  bool empty() const noexcept { return size_.load(std::memory_order_seq_cst) == 0; }
  std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  mutable std::mutex mutex_;
  std::deque<LogLine> lines_;
  std::atomic<std::size_t> size_{0};  // for empty() without the lock
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace duplexd
