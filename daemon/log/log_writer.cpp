#include "daemon/log/log_writer.hpp"

#include "core/worker/blocked_signals.hpp"
#include "daemon/log/line/event_line.hpp"
#include "daemon/log/queue/log_queues.hpp"

#include <pthread.h>

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>

namespace duplexd {
namespace {

using std::chrono::system_clock;

// How long a record waits for others. 40,000 sessions a second may end on a worker before they fill half of
// its ring in it.
constexpr std::chrono::milliseconds gathering_time{50};
constexpr std::chrono::milliseconds flush_limit{1'000};
// For a thread that is past the limit but not yet at its end.
constexpr std::chrono::milliseconds finish_limit{500};
// How long lines wait that an output could not take.
constexpr std::chrono::milliseconds retry_time{200};
constexpr std::chrono::milliseconds last_retry_time{20};
// Lines between two looks at what was dropped: a log that never catches up reports its losses all the same.
constexpr std::size_t lines_per_round = 1'024;

bool is_of_session(EventKind kind) noexcept {
  return kind == EventKind::session || kind == EventKind::session_started ||
         kind == EventKind::session_interval;
}

}  // namespace

struct LogWriter::Shared {
  Shared(const OpenOutputs& open, LogLevel level, unsigned workers)
      : rules(level), queues(workers), outputs(open(patience)) {}

  void run();
  void rest(bool had_work);
  void finish();
  bool write_queued();
  bool write_round(std::size_t& lines);
  void take(QueuedLine queued, const RecordRules::Fields* fields);
  void write(const LogLine& line, const RecordRules::Fields* fields);
  std::uint64_t dropped() const noexcept { return queues.dropped() + outputs.lost(); }

  RecordRules rules;
  LogQueues queues;
  RecentRecords recent;
  Patience patience;
  LogOutputs outputs;
  std::atomic<bool> stopping{false};
  std::atomic<bool> reopen_asked{false};
};

void LogWriter::Shared::run() {
  while (!stopping.load()) rest(write_queued());
  finish();
}

void LogWriter::Shared::rest(bool had_work) {
  if (had_work) return queues.nap(gathering_time);
  outputs.is_waiting() ? queues.nap(retry_time) : queues.sleep();
}

// What an output waits with may still be written.
void LogWriter::Shared::finish() {
  do {
    write_queued();
  } while (outputs.is_waiting() && !patience.is_over() &&
           (std::this_thread::sleep_for(last_retry_time), true));
}

/// Returns whether there was anything.
bool LogWriter::Shared::write_queued() {
  std::size_t lines = 0;
  try {
    if (reopen_asked.exchange(false)) outputs.reopen();
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
  const auto fields = rules.fields();
  for (; lines < most && !patience.is_over(); ++lines) {
    auto queued = queues.pop();
    if (!queued) break;
    take(*std::move(queued), fields.get());
  }
  outputs.flush();
  if (rules.shows(traits_of(EventKind::dropped).level)) outputs.report_losses(queues.dropped());
  return lines == most;
}

void LogWriter::Shared::take(QueuedLine queued, const RecordRules::Fields* fields) {
  if (queued.choice.is_written) write(queued.line, fields);
  if (queued.choice.is_kept) recent.keep(std::move(queued.line), queued.is_slow);
}

void LogWriter::Shared::write(const LogLine& line, const RecordRules::Fields* fields) {
  if (!fields || !is_of_session(line.kind())) return outputs.put(line);
  outputs.put(line.with_fields([fields](std::string_view key) {
    return key == "id" || std::ranges::find(*fields, key) != fields->end();
  }));
}

LogWriter::LogWriter(const OpenOutputs& open, LogLevel level, unsigned workers)
    : shared_(std::make_shared<Shared>(open, level, workers)) {
  std::packaged_task<void()> task([shared = shared_] { shared->run(); });
  finished_ = task.get_future();
  const BlockedSignals blocked;
  thread_ = std::thread(std::move(task));
  ::pthread_setname_np(thread_.native_handle(), "duplexd-log");
}

LogWriter::~LogWriter() { stop(); }

void LogWriter::configure(const LogConfig& log) {
  shared_->rules.set(log);
  shared_->recent.limit(log.recent);
}

void LogWriter::reopen() noexcept {
  shared_->reopen_asked.store(true);
  shared_->queues.wake();
}

const RecentRecords& LogWriter::recent() const noexcept { return shared_->recent; }

void LogWriter::session_ended(const SessionEnd& end) noexcept {
  const RecordRules::Choice choice = shared_->rules.choice(end);
  if (choice.is_dropped()) return;
  shared_->queues.push(end.worker, {system_clock::now(), end, choice});
}

SessionTracing LogWriter::tracing() const noexcept { return shared_->rules.tracing(); }

void LogWriter::session_goes_on(SessionMoment moment, const SessionEnd& so_far) noexcept {
  const RecordRules::Choice choice = shared_->rules.choice(moment, so_far);
  if (choice.is_dropped()) return;
  shared_->queues.push(so_far.worker, {system_clock::now(), so_far, choice, moment});
}

void LogWriter::notice(const Notice& notice) noexcept {
  if (!shared_->rules.shows(traits_of(kind_of(notice.kind)).level)) return;
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
  if (shared_->rules.shows(traits_of(line.kind()).level)) shared_->queues.push(std::move(line));
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
