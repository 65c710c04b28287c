#include "core/session/limits/handshake_turns.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

TEST(HandshakeTurnsTest, ShareOfATurnEnds) {
  Loop loop;
  HandshakeTurns turns(loop);
  EXPECT_TRUE(turns.has_time());
  turns.add(HandshakeTurns::share / 2);
  EXPECT_TRUE(turns.has_time());
  turns.add(HandshakeTurns::share / 2);
  EXPECT_FALSE(turns.has_time());
}

TEST(HandshakeTurnsTest, NextTurnHasAnotherShare) {
  Loop loop;
  HandshakeTurns turns(loop);
  turns.add(10 * HandshakeTurns::share);
  ASSERT_FALSE(turns.has_time());
  (void)loop.poll();
  EXPECT_TRUE(turns.has_time());
  turns.add(HandshakeTurns::share);
  EXPECT_FALSE(turns.has_time());
}

TEST(HandshakeTurnsTest, StepIsMadeAndMeasured) {
  Loop loop;
  HandshakeTurns turns(loop);
  const auto step = [] {
    const auto until = HandshakeTurns::Clock::now() + HandshakeTurns::share;
    while (HandshakeTurns::Clock::now() < until) {
    }
    return 7;
  };
  EXPECT_EQ(turns.spend(step), 7);
  EXPECT_FALSE(turns.has_time());
}

}  // namespace
}  // namespace duplexd
