#include "core/handover/move_plan.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace duplexd {
namespace {

MoveCount worker_with(std::uint64_t sessions, std::uint64_t relaying, std::uint64_t dialled = 0) {
  MoveCount count{.sessions = sessions};
  count.relaying.messages = relaying;
  count.dialled.messages = dialled;
  return count;
}

std::uint64_t parking_full(const MovePlan& plan) {
  return plan.restart.stays[static_cast<std::size_t>(StayReason::parking_full)];
}

TEST(MovePlanTest, AllMoveWhereAllFit) {
  const MovePlan plan = plan_of({worker_with(150, 2), worker_with(20, 1, 1)}, 11);
  EXPECT_EQ(plan.upgrade.moves, 170u);
  EXPECT_EQ(plan.upgrade, plan.restart);
  EXPECT_EQ(parking_full(plan), 0u);
}

TEST(MovePlanTest, FullChannelConcernsRestartsOnly) {
  const MovePlan plan = plan_of({worker_with(500, 5), worker_with(500, 5)}, 3 + 2 * 4);
  EXPECT_EQ(plan.upgrade.moves, 1000u);
  EXPECT_EQ(plan.restart.moves, 400u);
  EXPECT_EQ(parking_full(plan), 600u);
}

TEST(MovePlanTest, NoChannelParksNobody) {
  EXPECT_EQ(plan_of({worker_with(10, 1)}, 0).restart.moves, 0u);
  EXPECT_EQ(plan_of({worker_with(0, 0)}, 0), MovePlan{});
}

TEST(MovePlanTest, SessionsThatStayAreCounted) {
  MoveCount count = worker_with(10, 1);
  count.stays[0] = 5;
  const MovePlan plan = plan_of({count, count}, 100);
  EXPECT_EQ(plan.upgrade.stays[0], 10u);
  EXPECT_EQ(plan.restart.stays[0], 10u);
}

}  // namespace
}  // namespace duplexd
