#include "core/session/deadline_wheel.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

TEST(DueAfterTest, OffIsNever) { EXPECT_EQ(due_after(7, 0ms), never); }

TEST(DueAfterTest, DeadlinesComeUnderThreeTicksLate) {
  for (const auto after : {1ms, 99ms, 100ms, 101ms, 150ms, 199ms, 200ms, 1000ms, 3'600'000ms}) {
    const Tick due = due_after(1000, after);
    // A tick that has begun already may be over at once: only the ones behind it count.
    EXPECT_GE((due - 1000 - 1) * tick_length, after) << after.count();
    EXPECT_LT((due - 1000) * tick_length, after + 3 * tick_length) << after.count();
  }
}

TEST(DueAfterTest, LongerTimesAreNeverDueEarlier) {
  for (auto after = 1ms; after < 1s; ++after) EXPECT_LE(due_after(5, after), due_after(5, after + 1ms));
}

TEST(DueAfterTest, TimesBeyondLastTickAreNever) {
  EXPECT_EQ(due_after(0, std::chrono::milliseconds::max()), never);
  EXPECT_EQ(due_after(never - 2, 1ms), never);
  EXPECT_EQ(due_after(never - 3, 1ms), never - 1) << "the last tick that there is";
  EXPECT_EQ(due_after(never - 1, 1ms), never);
}

TEST(DueAboutTest, TicksAreOneAwayAtMost) {
  for (const auto after : {100ms, 150ms, 199ms, 250ms, 2000ms}) {
    const Tick due = due_about(1000, after);
    EXPECT_GE((due - 1000) * tick_length, after) << after.count();
    EXPECT_LE((due - 1000 - 1) * tick_length, after) << after.count();
  }
  EXPECT_EQ(due_about(7, 0ms), 8u);
}

}  // namespace
}  // namespace duplexd
