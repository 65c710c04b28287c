// What of a session's end is written, and what is kept in memory.
#include "daemon/log/records/record_rules.hpp"

#include "daemon/log/records/record_choice.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

SessionEnd probe() {
  SessionEnd end;
  end.id = 1;
  end.reason = CloseReason::client_finished;
  end.upstream = "pg";
  end.connecting = 1ms;
  return end;
}

SessionEnd good_session(std::uint64_t id) {
  SessionEnd end = probe();
  end.id = id;
  end.upstream_bytes.read = end.downstream_bytes.read = 10;
  return end;
}

/// The choice for `end` where `log` counts.
RecordRules::Choice choice_of(const LogConfig& log, const SessionEnd& end) {
  RecordRules rules(log.level);
  rules.set(log);
  return rules.choice(end);
}

LogConfig without_empty() {
  LogConfig log;
  log.empty = false;
  return log;
}

LogConfig sampled(unsigned sample) {
  LogConfig log;
  log.sample = sample;
  return log;
}

TEST(EmptySessionTest, ProbeIsLeftOutAndKept) {
  const auto choice = choice_of(without_empty(), probe());
  EXPECT_FALSE(choice.is_written);
  EXPECT_TRUE(choice.is_kept);
  EXPECT_TRUE(choice_of(LogConfig(), probe()).is_written);
}

TEST(EmptySessionTest, AnyWayOfLeavingCounts) {
  for (const auto reason : {CloseReason::client_left, CloseReason::client_finished, CloseReason::client_reset,
                            CloseReason::client_truncated}) {
    SessionEnd end = probe();
    end.reason = reason;
    EXPECT_FALSE(choice_of(without_empty(), end).is_written) << to_word(reason);
  }
}

TEST(EmptySessionTest, OtherEndsAreWritten) {
  for (std::size_t i = 0; i < close_reason_count; ++i) {
    SessionEnd end = probe();
    end.reason = static_cast<CloseReason>(i);
    if (end.reason == CloseReason::client_left || end.reason == CloseReason::client_finished ||
        end.reason == CloseReason::client_reset || end.reason == CloseReason::client_truncated)
      continue;
    EXPECT_TRUE(choice_of(without_empty(), end).is_written) << to_word(end.reason);
  }
}

TEST(EmptySessionTest, ByteInEitherDirectionIsWritten) {
  SessionEnd end = probe();
  end.upstream_bytes.read = 1;
  EXPECT_TRUE(choice_of(without_empty(), end).is_written);
  end = probe();
  end.downstream_bytes.read = 1;
  EXPECT_TRUE(choice_of(without_empty(), end).is_written);
}

TEST(EmptySessionTest, TroubleIsWritten) {
  SessionEnd end = probe();
  end.failed_attempts.add({{}, CloseReason::connect_refused, {}});
  EXPECT_TRUE(choice_of(without_empty(), end).is_written);
  end = probe();
  end.beyond_tried.add(Limit::rate);
  EXPECT_TRUE(choice_of(without_empty(), end).is_written);
}

TEST(EmptySessionTest, ClientThatWaitedLongIsWritten) {
  SessionEnd end = probe();
  end.connecting = 1s;
  EXPECT_TRUE(choice_of(without_empty(), end).is_written);
  end.upstream = "";  // it waited for nobody, and said nothing
  EXPECT_FALSE(choice_of(without_empty(), end).is_written);
}

TEST(SampleTest, OneOfManyIsWritten) {
  std::size_t written = 0;
  for (std::uint64_t id = 1; id <= 10'000; ++id) {
    const auto choice = choice_of(sampled(10), good_session(id));
    EXPECT_EQ(choice.sample, 10u);
    EXPECT_TRUE(choice.is_kept);
    written += choice.is_written ? 1 : 0;
  }
  EXPECT_GT(written, 900u);
  EXPECT_LT(written, 1'100u);
}

TEST(SampleTest, AllRecordsOfSessionAgree) {
  LogConfig log = sampled(7);
  log.start = true;
  log.interval = 10s;
  RecordRules rules(log.level);
  rules.set(log);
  for (std::uint64_t id = 1; id <= 1'000; ++id) {
    const bool is_written = rules.choice(good_session(id)).is_written;
    EXPECT_EQ(rules.choice(SessionMoment::started, good_session(id)).is_written, is_written);
    EXPECT_EQ(rules.choice(SessionMoment::interval, good_session(id)).is_written, is_written);
  }
}

TEST(SampleTest, NeighboursAreChosenIndependently) {
  std::size_t pairs = 0;
  for (std::uint64_t id = 0; id < 10'000; id += 2)
    pairs += is_sampled(id, 2) && is_sampled(id + 1, 2) ? 1 : 0;
  EXPECT_GT(pairs, 1'000u);
  EXPECT_LT(pairs, 1'500u);
}

TEST(SampleTest, TroubleIsAlwaysWritten) {
  const LogConfig log = sampled(1'000'000);
  SessionEnd undelivered = good_session(1), retried = good_session(1), failed = good_session(1);
  undelivered.upstream_bytes.undelivered = 1;
  retried.failed_attempts.add({{}, CloseReason::connect_refused, {}});
  failed.reason = CloseReason::endpoint_reset;
  for (const SessionEnd& end : {undelivered, retried, failed}) {
    EXPECT_TRUE(choice_of(log, end).is_written);
    EXPECT_EQ(choice_of(log, end).sample, 1u);
  }
}

TEST(RecordRulesTest, NothingIsTracedUnlessAsked) {
  RecordRules rules(LogLevel::info);
  EXPECT_FALSE(rules.tracing().start);
  EXPECT_EQ(rules.tracing().interval, 0s);
  LogConfig log;
  log.start = true;
  log.interval = 5min;
  rules.set(log);
  EXPECT_TRUE(rules.tracing().start);
  EXPECT_EQ(rules.tracing().interval, 300s);
  log.level = LogLevel::warning;
  rules.set(log);
  EXPECT_FALSE(rules.tracing().start);
}

TEST(RecordRulesTest, QuietLogKeepsTroubleOnly) {
  LogConfig log;
  log.level = LogLevel::warning;
  SessionEnd failed = good_session(1);
  failed.reason = CloseReason::endpoint_reset;
  EXPECT_TRUE(choice_of(log, good_session(1)).is_dropped());
  EXPECT_TRUE(choice_of(log, failed).is_kept);
  EXPECT_FALSE(choice_of(log, failed).is_written);
  log.recent = 0;
  EXPECT_TRUE(choice_of(log, failed).is_dropped());
}

}  // namespace
}  // namespace duplexd
