#include "daemon/log/log_writer.hpp"

#include "core/worker/blocked_signals.hpp"
#include "daemon/log/line/event_line.hpp"
#include "daemon/log/queue/log_queues.hpp"

#include <pthread.h>

#include <new>

namespace duplexd {
namespace {

using std::chrono::system_clock;

// How long a record waits for others. 40,000 sessions a second may end on a worker before they fill half of
// its ring in it.
constexpr std::chrono::milliseconds gathering_time{50};
constexpr std::chrono::milliseconds flush_limit{1'000};
// For a thread that is past the limit but not yet at its end.
constexpr std::chrono::milliseconds finish_limit{500};
// Lines between two looks at what was dropped: a log that never catches up reports its losses all the same.
constexpr std::size_t lines_per_round = 1'024;

}  // namespace

struct LogWriter::Shared {
  Shared(const OpenOutput& open, LogLevel shown, unsigned workers)
      : level(shown), queues(workers), output(open(patience)) {}

  void run();
  bool write_queued();
  bool write_round(std::size_t& lines);
  void report_dropped();
  std::uint64_t dropped() const noexcept { return queues.dropped() + lost.value(); }

  std::atomic<LogLevel> level;
  LogQueues queues;
  Patience patience;
  std::unique_ptr<LogOutput> output;
  std::atomic<bool> stopping{false};
  Counter lost;                // by the output
  std::uint64_t reported = 0;  // of dropped()
};

void LogWriter::Shared::run() {
  while (!stopping.load()) {
    if (write_queued()) {
      queues.nap(gathering_time);
    } else {
      queues.sleep();
    }
  }
  write_queued();
}

/// Returns whether there was anything.
bool LogWriter::Shared::write_queued() {
  std::size_t lines = 0;
  try {
    while (write_round(lines)) {
    }
  } catch (const std::bad_alloc&) {
    queues.discard();
  }
  if (patience.is_over()) queues.discard();
  return lines > 0;
}

/// Returns whether there may be more. Once the patience is over no event is looked at: its names may be gone.
bool LogWriter::Shared::write_round(std::size_t& lines) {
  const std::size_t most = lines + lines_per_round;
  for (; lines < most && !patience.is_over(); ++lines) {
    const auto line = queues.pop();
    if (!line) break;
    lost.add(output->put(*line));
  }
  lost.add(output->flush());
  report_dropped();
  return lines == most;
}

void LogWriter::Shared::report_dropped() {
  const std::uint64_t now = dropped();
  if (now == reported || level.load(std::memory_order_relaxed) < traits_of(EventKind::dropped).level) return;
  LogLine line(EventKind::dropped);
  line.add("count", now - reported);
  const std::size_t lost_before = output->put(line);
  if (lost_before + output->flush() == 0) reported = now;
}

LogWriter::LogWriter(const OpenOutput& open, LogLevel level, unsigned workers)
    : shared_(std::make_shared<Shared>(open, level, workers)) {
  std::packaged_task<void()> task([shared = shared_] { shared->run(); });
  finished_ = task.get_future();
  const BlockedSignals blocked;
  thread_ = std::thread(std::move(task));
  ::pthread_setname_np(thread_.native_handle(), "duplexd-log");
}

LogWriter::~LogWriter() { stop(); }

bool LogWriter::is_shown(LogLevel level) const noexcept {
  return level <= shared_->level.load(std::memory_order_relaxed);
}

void LogWriter::set_level(LogLevel level) noexcept { shared_->level.store(level, std::memory_order_relaxed); }

void LogWriter::session_ended(const SessionEnd& end) noexcept {
  if (!is_shown(traits_of(EventKind::session).level)) return;
  shared_->queues.push(end.worker, {system_clock::now(), end});
}

void LogWriter::notice(const Notice& notice) noexcept {
  if (!is_shown(traits_of(kind_of(notice.kind)).level)) return;
  shared_->queues.push(notice.worker, {system_clock::now(), notice});
}

bool LogWriter::release(std::shared_ptr<const void> names) noexcept {
  try {
    shared_->queues.keep(std::move(names));
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void LogWriter::write(LogLine line) {
  if (is_shown(traits_of(line.kind()).level)) shared_->queues.push(std::move(line));
}

std::uint64_t LogWriter::dropped() const noexcept { return shared_->dropped(); }

void LogWriter::stop() {
  if (!thread_.joinable()) return;
  shared_->patience.end_in(flush_limit);
  shared_->stopping.store(true);
  shared_->queues.wake();
  const bool ended = finished_.wait_for(flush_limit + finish_limit) == std::future_status::ready;
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

}  // namespace duplexd
