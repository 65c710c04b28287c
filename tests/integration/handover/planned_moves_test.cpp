#include "tests/integration/handover/two_proxies.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace duplexd::test {
namespace {

class PlannedMoves : public TwoProxies {};

TEST_F(PlannedMoves, AreThoseThatAreMade) {
  EXPECT_EQ(giver_->planned_moves(), MovePlan{});
  std::vector<Pair> sessions = open_sessions(*giver_, backend_, 350);
  const MovePlan plan = giver_->planned_moves();
  EXPECT_EQ(plan.upgrade.moves, 350u);
  EXPECT_EQ(plan.restart, plan.upgrade);
  EXPECT_EQ(hand_over().sessions, 350u);
  EXPECT_EQ(giver_->planned_moves().upgrade.moves, 0u);
  EXPECT_EQ(taker_->planned_moves().upgrade.moves, 350u);
}

TEST_F(PlannedMoves, EndedSessionsAreNone) {
  Pair session = open_session(*giver_, backend_);
  close_in_order(session);
  EXPECT_TRUE(giver_->wait_for_live(0));
  EXPECT_EQ(giver_->planned_moves(), MovePlan{});
}

}  // namespace
}  // namespace duplexd::test
