#include "core/health/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using Kind = Schedule::Turn::Kind;

constexpr Rhythm regular{.interval = 2s, .jitter = 0, .timeout = 1s};

struct ScheduleTest : testing::Test {
  /// The next thing to do, with the clock moved on to it. Begun checks end at once unless they `hang`.
  Schedule::Turn turn(bool hang = false) {
    now = std::max(now, schedule.due());
    const auto turn = schedule.next(now);
    EXPECT_TRUE(turn);
    if (!hang) schedule.ended(turn->number, now);
    return *turn;
  }

  std::vector<double> begins(std::size_t count) {
    std::vector<double> seconds;
    for (std::size_t i = 0; i < count; ++i) {
      (void)turn();
      seconds.push_back(std::chrono::duration<double>(now - start).count());
    }
    return seconds;
  }

  const Schedule::Time start{1h};
  Schedule::Time now = start;
  Schedule schedule{1'000, 1};
};

TEST_F(ScheduleTest, HasNothingToDoWhenEmpty) {
  EXPECT_EQ(schedule.due(), Schedule::never);
  EXPECT_FALSE(schedule.next(now));
}

TEST_F(ScheduleTest, FirstOneBeginsAtOnce) {
  schedule.add(1, regular, now);
  EXPECT_EQ(schedule.due(), now);
  EXPECT_EQ(turn().number, 1u);
}

TEST_F(ScheduleTest, FirstTurnsAreSpreadEvenly) {
  for (Schedule::Number i = 1; i <= 500; ++i) schedule.add(i, regular, now);
  const auto at = begins(500);
  std::vector<int> per_tenth(10);
  for (const double second : at) ++per_tenth.at(static_cast<std::size_t>(second / 0.2));
  EXPECT_GE(*std::ranges::min_element(per_tenth), 45);
  EXPECT_LE(*std::ranges::max_element(per_tenth), 55);
}

TEST_F(ScheduleTest, TurnsKeepTheInterval) {
  schedule.add(1, regular, now);
  EXPECT_EQ(begins(4), (std::vector<double>{0, 2, 4, 6}));
}

TEST_F(ScheduleTest, LongCheckDelaysNothing) {
  schedule.add(1, regular, now);
  (void)turn(true);
  schedule.ended(1, now += 800ms);
  EXPECT_EQ(schedule.due(), start + 2s);
}

TEST_F(ScheduleTest, OverlongCheckIsFollowedAtOnce) {
  schedule.add(1, {.interval = 1s, .jitter = 0, .timeout = 5s}, now);
  (void)turn(true);
  schedule.ended(1, now += 3s);
  EXPECT_EQ(schedule.due(), now);
}

TEST_F(ScheduleTest, JitterStaysWithinItsShare) {
  schedule.add(1, {.interval = 1s, .jitter = 20, .timeout = 1s}, now);
  const auto at = begins(1'000);
  double least = 9, most = 0;
  for (std::size_t i = 1; i < at.size(); ++i) {
    least = std::min(least, at[i] - at[i - 1]);
    most = std::max(most, at[i] - at[i - 1]);
  }
  EXPECT_GE(least, 0.8);
  EXPECT_LT(least, 0.82);
  EXPECT_LE(most, 1.2);
  EXPECT_GT(most, 1.18);
  EXPECT_NEAR(at.back(), 999, 20);
}

TEST_F(ScheduleTest, SilentCheckIsGivenUpOnce) {
  schedule.add(1, regular, now);
  EXPECT_EQ(turn(true).kind, Kind::begin);
  EXPECT_EQ(schedule.due(), start + 1s);
  EXPECT_EQ(turn(true).kind, Kind::give_up);
  EXPECT_EQ(schedule.due(), Schedule::never);
  schedule.ended(1, now);
  EXPECT_EQ(schedule.due(), start + 2s);
}

TEST_F(ScheduleTest, NumberAtOnceIsLimited) {
  Schedule few(2, 1);
  for (Schedule::Number i = 1; i <= 5; ++i) few.add(i, regular, now);
  now += 2s;
  EXPECT_TRUE(few.next(now));
  EXPECT_TRUE(few.next(now));
  EXPECT_FALSE(few.next(now));
  EXPECT_EQ(few.due(), now + 1s);
  EXPECT_EQ(few.next(now + 1s)->kind, Kind::give_up);
  EXPECT_EQ(few.next(now + 1s)->kind, Kind::give_up);
  EXPECT_FALSE(few.next(now + 1s)) << "a check that was given up still has its descriptor";
  EXPECT_EQ(few.running(), 2u);
}

TEST_F(ScheduleTest, SlowestIntervalStarvesNobody) {
  Schedule one(1, 1);
  one.add(1, {.interval = 1s, .jitter = 0, .timeout = 1s}, now);
  one.add(2, {.interval = 10s, .jitter = 0, .timeout = 1s}, now);
  std::vector<int> begun(3);
  while (now < start + 100s) {
    now = std::max(now, one.due());
    const auto turn = one.next(now);
    ++begun.at(turn->number);
    one.ended(turn->number, now += 900ms);
  }
  EXPECT_NEAR(begun[1], 90, 5);
  EXPECT_NEAR(begun[2], 10, 1);
}

TEST_F(ScheduleTest, ChangedIntervalCountsAtOnce) {
  schedule.add(1, {.interval = 1h, .jitter = 0, .timeout = 1s}, now);
  (void)turn();
  schedule.change(1, regular, now);
  EXPECT_EQ(schedule.due(), now + 2s);
  schedule.change(1, {.interval = 1h, .jitter = 0, .timeout = 1s}, now);
  EXPECT_EQ(schedule.due(), now + 2s) << "a longer one counts from the next turn";
}

TEST_F(ScheduleTest, SoonIsNow) {
  schedule.add(1, regular, now);
  (void)turn();
  schedule.soon(1, now += 100ms);
  EXPECT_EQ(schedule.due(), now);
}

TEST_F(ScheduleTest, SoonDuringCheckFollowsIt) {
  schedule.add(1, regular, now);
  (void)turn(true);
  schedule.soon(1, now);
  schedule.ended(1, now += 100ms);
  EXPECT_EQ(schedule.due(), now);
  (void)turn();
  EXPECT_EQ(schedule.due(), now + 2s);
}

TEST_F(ScheduleTest, RemovedOneHasNoTurn) {
  schedule.add(1, regular, now);
  schedule.add(2, regular, now);
  (void)turn(true);
  schedule.remove(1);
  schedule.ended(1, now);
  schedule.remove(2);
  schedule.remove(2);
  EXPECT_EQ(schedule.due(), Schedule::never);
  EXPECT_EQ(schedule.running(), 0u);
}

}  // namespace
}  // namespace duplexd
