#include "core/listener/room.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

struct RoomTest : testing::Test {
  Shortage look(LimitSet tried = {}) { return shortage({of_process, sessions, rate, tried}, 1h); }

  SessionLimit of_process{2};
  SessionLimit sessions{1};
  RateLimit rate;
};

TEST_F(RoomTest, FirstReachedLimitIsNamed) {
  EXPECT_EQ(look(), Shortage::none);
  rate.set(10, 1);
  EXPECT_TRUE(rate.try_take(1h));
  EXPECT_EQ(look(), Shortage::rate);
  sessions.take();
  EXPECT_EQ(look(), Shortage::sessions);
  of_process.take();
  of_process.take();
  EXPECT_EQ(look(), Shortage::of_process);
}

TEST_F(RoomTest, TriedLimitsHoldNobodyBack) {
  sessions.take();
  rate.set(10, 1);
  EXPECT_TRUE(rate.try_take(1h));
  EXPECT_EQ(look({Limit::sessions}), Shortage::rate);
  EXPECT_EQ(look({Limit::sessions, Limit::rate}), Shortage::none);
}

}  // namespace
}  // namespace duplexd
