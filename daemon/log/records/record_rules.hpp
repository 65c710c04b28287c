#pragma once

#include "core/config/log/log_config.hpp"
#include "core/metrics/events.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace duplexd {

/// What the log holds, as the configuration says. The control thread changes it, and every thread asks it;
/// the values are independent of each other.
class RecordRules {
 public:
  using Fields = std::vector<std::string>;

  /// What becomes of the record of a session.
  struct Choice {
    bool is_written = true;
    bool is_kept = true;       ///< in memory
    std::uint32_t sample = 1;  ///< it stands for so many

    bool is_dropped() const noexcept { return !is_written && !is_kept; }
  };

  explicit RecordRules(LogLevel level) noexcept : level_(level) {}

  /// Without memory, std::bad_alloc.
  void set(const LogConfig& log);

  bool shows(LogLevel level) const noexcept { return level <= level_.load(std::memory_order_relaxed); }
  Choice choice(const SessionEnd& end) const noexcept;
  Choice choice(SessionMoment moment, const SessionEnd& so_far) const noexcept;
  SessionTracing tracing() const noexcept;
  std::uint32_t recent() const noexcept { return recent_.load(std::memory_order_relaxed); }
  /// Null: all.
  std::shared_ptr<const Fields> fields() const {
    const std::lock_guard lock(fields_mutex_);
    return fields_;
  }

 private:
  std::uint32_t sample() const noexcept { return sample_.load(std::memory_order_relaxed); }

  std::atomic<LogLevel> level_;
  std::atomic<bool> empty_{true};
  std::atomic<std::uint32_t> sample_{1};
  std::atomic<std::uint32_t> recent_{0};
  std::atomic<bool> start_{false};
  std::atomic<std::uint32_t> interval_{0};  // in seconds
  mutable std::mutex fields_mutex_;         // never taken by a worker
  std::shared_ptr<const Fields> fields_;
};

}  // namespace duplexd
