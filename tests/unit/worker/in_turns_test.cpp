#include "core/worker/in_turns.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace duplexd {
namespace {

using Clock = std::chrono::steady_clock;

TEST(ForOneTurnTest, ShortWorkIsDoneAtOnce) {
  int steps = 0;
  EXPECT_FALSE(for_one_turn([&] { return ++steps < 10; }));
  EXPECT_EQ(steps, 10);
}

TEST(ForOneTurnTest, LongWorkStopsAfterOneTurn) {
  const auto start = Clock::now();
  int steps = 0;
  EXPECT_TRUE(for_one_turn([&] { return ++steps > 0; }));
  EXPECT_GE(Clock::now() - start, turn_length);
  EXPECT_GT(steps, 1);
}

TEST(ForOneTurnTest, OneLongStepIsNotRepeated) {
  int steps = 0;
  EXPECT_TRUE(for_one_turn([&] {
    const auto end = Clock::now() + turn_length;
    while (Clock::now() < end) {
    }
    return ++steps > 0;
  }));
  EXPECT_EQ(steps, 1);
}

}  // namespace
}  // namespace duplexd
