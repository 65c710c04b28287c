#pragma once

#include "core/config/config.hpp"
#include "core/metrics/events.hpp"
#include "daemon/log/line/log_line.hpp"
#include "daemon/log/output/log_outputs.hpp"
#include "daemon/log/records/recent_records.hpp"

#include <future>
#include <memory>
#include <thread>

namespace duplexd {

/// The log of the process. Events of core and lines of the control thread are queued, and one thread of its
/// own formats and writes them: whatever happens to who reads the log, nobody else waits. What does not fit
/// the queues or cannot be written is dropped, counted, and reported once the log moves again.
class LogWriter final : public EventSink {
 public:
  LogWriter(const OpenOutputs& open, LogLevel level, unsigned workers);
  ~LogWriter() override;

  /// On the worker's thread that `end.worker` names. Neither allocates nor waits.
  void session_ended(const SessionEnd& end) noexcept override;

  /// On the thread that `notice.worker` names; the number of workers stands for the control thread.
  void notice(const Notice& notice) noexcept override;

  SessionTracing tracing() const noexcept override;
  void session_goes_on(SessionMoment moment, const SessionEnd& so_far) noexcept override;

  /// Keeps the names until what was reported before has been written.
  bool release(std::shared_ptr<const void> names) noexcept override;

  /// From the control thread.
  void write(LogLine line);

  /// What of `log` may change while it is written counts from now on. From the control thread. Without
  /// memory, std::bad_alloc.
  void configure(const LogConfig& log);

  /// Files are opened anew, soon. From the control thread.
  void reopen() noexcept;

  /// The last records, also those that were left out. Safe at any time.
  const RecentRecords& recent() const noexcept;

  std::uint64_t dropped() const noexcept;

  /// Writes what is queued, for one second at most. Afterwards events are still taken but never looked at, so
  /// that the names in them may go. Call it before the server that reports here is destroyed.
  void stop();

 private:
  struct Shared;

  // The thread's too: if it is stuck in a write when we stop, it is left behind with what it needs.
  std::shared_ptr<Shared> shared_;
  std::future<void> finished_;
  std::thread thread_;
};

}  // namespace duplexd
