#include "daemon/log/log_writer.hpp"

#include "daemon/log/queue/line_queue.hpp"
#include "tests/unit/daemon/log/log_support.hpp"

#include <gtest/gtest.h>

#include <signal.h>

#include <atomic>

namespace duplexd {
namespace {

using std::chrono::steady_clock;

class LogWriterTest : public testing::Test {
 protected:
  LogWriterTest() { ::signal(SIGPIPE, SIG_IGN); }

  LogWriter make_log(LogLevel level = LogLevel::info, unsigned workers = 2) {
    return LogWriter(open_log(LogFormat::logfmt, pipe_.writer.get()), level, workers);
  }

  /// What is left in the pipe.
  std::string close_and_read() {
    pipe_.writer.reset();
    return read_all(pipe_.reader.get());
  }

  LogPipe pipe_ = make_log_pipe();
};

bool is_dropped(const std::string& line) { return line.find("event=dropped count=") != line.npos; }

std::uint64_t count_in(const std::string& dropped) {
  return std::stoull(dropped.substr(dropped.rfind('=') + 1));
}

/// Counts, in a text that grows, the events that were written and those that were reported as dropped.
class Account {
 public:
  std::uint64_t of(const std::string& text) {
    for (std::size_t end; (end = text.find('\n', counted_to_)) != text.npos; counted_to_ = end + 1) {
      const std::string line = text.substr(counted_to_, end - counted_to_);
      events_ += is_dropped(line) ? count_in(line) : 1;
    }
    return events_;
  }

 private:
  std::size_t counted_to_ = 0;
  std::uint64_t events_ = 0;
};

void report_sessions(LogWriter& log, unsigned workers, std::uint64_t each) {
  std::vector<std::thread> threads;
  for (std::uint32_t worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&log, worker, each] {
      for (std::uint64_t i = 0; i < each; ++i) log.session_ended(session_end(worker, i));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(LogWriterTest, LinesAndEventsComeByTime) {
  LogWriter log = make_log();
  log.write(LogLine(EventKind::listening));
  log.session_ended(session_end(0, 1));
  log.session_ended(session_end(1, 1));
  log.write(LogLine(EventKind::stopped));
  log.stop();
  const auto lines = lines_of(close_and_read());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_NE(lines[0].find("event=listening"), std::string::npos);
  EXPECT_NE(lines[3].find("event=stopped"), std::string::npos);
  EXPECT_EQ(log.dropped(), 0u);
}

TEST_F(LogWriterTest, RunningLogWritesSoon) {
  LogWriter log = make_log();
  for (int i = 0; i < 10; ++i) {
    log.session_ended(session_end(0, 1));
    const std::string text =
        read_until(pipe_.reader.get(), [](const std::string& read) { return !read.empty(); });
    ASSERT_EQ(lines_of(text).size(), 1u);
  }
}

TEST_F(LogWriterTest, EventsBelowLevelAreLeftOut) {
  LogWriter log = make_log(LogLevel::warning);
  log.session_ended(session_end(0, 1));
  log.notice({.kind = Notice::Kind::accept_backing_off, .worker = 0, .subject = "main"});
  log.notice({.kind = Notice::Kind::resolve_changed, .worker = 2, .subject = "pg"});
  log.write(LogLine(EventKind::ready));
  log.stop();
  const auto lines = lines_of(close_and_read());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("event=accept_backing_off"), std::string::npos);
}

TEST_F(LogWriterTest, StoppedReaderMakesNoWorkerWait) {
  constexpr std::uint64_t each = 3 * 4096;
  LogWriter log = make_log();
  report_sessions(log, 2, each);  // returns although nobody reads: the test would time out otherwise
  EXPECT_GT(log.dropped(), 0u);

  Account account;
  const std::string text =
      read_until(pipe_.reader.get(), [&](const std::string& read) { return account.of(read) >= 2 * each; });
  EXPECT_EQ(account.of(text), 2 * each);
  EXPECT_NE(text.find("event=dropped count="), std::string::npos);
}

TEST_F(LogWriterTest, FloodLeavesVitalLineIn) {
  LogWriter log = make_log();
  for (std::size_t i = 0; i < 3 * LineQueue::capacity; ++i) log.write(LogLine(EventKind::changed));
  log.write(LogLine(EventKind::reloaded));
  EXPECT_GT(log.dropped(), 0u);
  const auto is_there = [](const std::string& read) { return read.find("event=reloaded") != read.npos; };
  EXPECT_TRUE(is_there(read_until(pipe_.reader.get(), is_there)));
}

TEST_F(LogWriterTest, StopWithoutReaderEndsInTime) {
  LogWriter log = make_log();
  report_sessions(log, 2, 1000);
  const auto before = steady_clock::now();
  log.stop();
  EXPECT_LT(steady_clock::now() - before, std::chrono::seconds(5));
  const std::string text = close_and_read();
  EXPECT_EQ(Account().of(text) + log.dropped(), 2000u);
}

TEST_F(LogWriterTest, LogGoesOnWithoutReader) {
  LogWriter log = make_log();
  pipe_.reader.reset();
  report_sessions(log, 2, 10);
  EXPECT_TRUE(eventually([&] { return log.dropped() == 20; }));
}

TEST_F(LogWriterTest, StoppedLogTakesEvents) {
  LogWriter log = make_log();
  log.stop();
  report_sessions(log, 2, 5000);
  EXPECT_EQ(close_and_read(), "");
}

/// Opens one output of a class, which is made of `state`.
template <class Output, class State>
OpenOutputs opening(State& state) {
  return [&state](const Patience&) {
    std::vector<NamedOutput> outputs;
    outputs.push_back({"test", std::make_unique<Output>(state)});
    return outputs;
  };
}

/// Counts what comes, and how often it is written.
class CountingOutput final : public LogOutput {
 public:
  struct Counts {
    std::atomic<std::uint64_t> lines{0}, flushes{0};
  };
  explicit CountingOutput(Counts& counts) : counts_(counts) {}

  std::size_t put(const LogLine&) override { return ++counts_.lines, 0; }
  std::size_t flush() override { return ++counts_.flushes, 0; }

 private:
  Counts& counts_;
};

TEST(LogWriterBatchTest, SimultaneousEndsShareWrites) {
  CountingOutput::Counts counts;
  LogWriter log(opening<CountingOutput>(counts), LogLevel::info, 1);
  for (std::uint64_t i = 0; i < 1'000; ++i) log.session_ended(session_end(0, i));
  EXPECT_TRUE(eventually([&] { return counts.lines == 1'000; }));
  EXPECT_LT(counts.flushes, 100u);
}

/// Stands for a write that another process' write made to block.
class StuckOutput final : public LogOutput {
 public:
  struct State {
    std::atomic<bool> entered{false}, released{false}, destroyed{false};
  };
  explicit StuckOutput(State& state) : state_(state) {}
  ~StuckOutput() override { state_.destroyed = true; }

  std::size_t put(const LogLine&) override {
    state_.entered = true;
    state_.entered.notify_all();
    state_.released.wait(false);
    return 0;
  }
  std::size_t flush() override { return 0; }

 private:
  State& state_;
};

TEST(LogWriterStuckTest, StuckThreadIsLeftBehind) {
  StuckOutput::State state;
  {
    LogWriter log(opening<StuckOutput>(state), LogLevel::info, 1);
    log.session_ended(session_end(0, 1));
    log.session_ended(session_end(0, 2));
    state.entered.wait(false);
    const auto before = steady_clock::now();
    log.stop();
    EXPECT_LT(steady_clock::now() - before, std::chrono::seconds(5));
  }
  EXPECT_FALSE(state.destroyed);
  state.released = true;
  state.released.notify_all();
  EXPECT_TRUE(eventually([&] { return state.destroyed.load(); }));
}

}  // namespace
}  // namespace duplexd
