#pragma once

#include "core/config/config.hpp"
#include "core/metrics/events.hpp"
#include "daemon/log/line/log_line.hpp"
#include "daemon/log/output/log_output.hpp"
#include "daemon/log/output/patience.hpp"

#include <functional>
#include <future>
#include <memory>
#include <thread>

namespace duplexd {

/// The log of the process. Events of core and lines of the control thread are queued, and one thread of its
/// own formats and writes them: whatever happens to who reads the log, nobody else waits. What does not fit
/// the queues or cannot be written is dropped, counted, and reported once the log moves again.
class LogWriter final : public EventSink {
 public:
  /// Makes the output; its Patience outlives it.
  using OpenOutput = std::function<std::unique_ptr<LogOutput>(const Patience&)>;

  LogWriter(const OpenOutput& open, LogLevel level, unsigned workers);
  ~LogWriter() override;

  /// On the worker's thread that `end.worker` names. Neither allocates nor waits.
  void session_ended(const SessionEnd& end) noexcept override;

  /// On the thread that `notice.worker` names; the number of workers stands for the control thread.
  void notice(const Notice& notice) noexcept override;

  /// Keeps the names until what was reported before has been written.
  bool release(std::shared_ptr<const void> names) noexcept override;

  /// From the control thread.
  void write(LogLine line);

  /// What is less is dropped from now on. From the control thread.
  void set_level(LogLevel level) noexcept;

  std::uint64_t dropped() const noexcept;

  /// Writes what is queued, for one second at most. Afterwards events are still taken but never looked at, so
  /// that the names in them may go. Call it before the server that reports here is destroyed.
  void stop();

 private:
  struct Shared;

  bool is_shown(LogLevel level) const noexcept;

  // The thread's too: if it is stuck in a write when we stop, it is left behind with what it needs.
  std::shared_ptr<Shared> shared_;
  std::future<void> finished_;
  std::thread thread_;
};

}  // namespace duplexd
