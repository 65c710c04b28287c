#include "core/session/relay/flow.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

TEST(FlowTest, NewFlowReceives) {
  const Flow flow;
  EXPECT_TRUE(flow.receiving());
  EXPECT_EQ(flow.undelivered(), 0u);
  EXPECT_FALSE(flow.over());
}

TEST(FlowTest, HeldBytesAreSentFirst) {
  Flow flow;
  flow.on_received(10);
  EXPECT_FALSE(flow.receiving());
  flow.on_sent(4);
  EXPECT_EQ(flow.undelivered(), 6u);
  EXPECT_FALSE(flow.receiving());
  flow.on_sent(0);
  EXPECT_EQ(flow.undelivered(), 6u);
  flow.on_sent(6);
  EXPECT_TRUE(flow.receiving());
  EXPECT_EQ(flow.received(), 10u);
}

TEST(FlowTest, PreambleIsDeliveredButNotReceived) {
  Flow flow;
  flow.begin_with(4);
  flow.begin_with(2);
  EXPECT_EQ(flow.undelivered(), 6u);
  flow.on_sent(6);
  EXPECT_TRUE(flow.receiving());
  EXPECT_EQ(flow.received(), 0u);
}

TEST(FlowTest, StallLastsUntilAllIsSent) {
  Flow flow;
  flow.on_received(2);
  flow.on_stalled();
  flow.on_sent(1);
  EXPECT_TRUE(flow.stalled());
  flow.on_sent(1);
  EXPECT_FALSE(flow.stalled());
}

TEST(FlowTest, ForwardedEndFinishesTheFlow) {
  Flow flow;
  flow.on_end();
  EXPECT_TRUE(flow.ended());
  EXPECT_FALSE(flow.finished()) << "the receiver does not know yet";
  flow.on_end_forwarded();
  EXPECT_TRUE(flow.finished());
  EXPECT_TRUE(flow.over());
}

TEST(FlowTest, AbandonedBytesStayUndelivered) {
  Flow flow;
  flow.on_received(std::uint64_t{1} << 40);
  flow.on_sent((std::uint64_t{1} << 40) - 3);
  flow.abandon();
  EXPECT_EQ(flow.undelivered(), 3u);
  EXPECT_TRUE(flow.over());
  EXPECT_FALSE(flow.finished());
}

TEST(FlowDeathTest, HeldBytesForbidReceiving) {
  Flow flow;
  flow.on_received(1);
  EXPECT_DEBUG_DEATH(Flow(flow).on_received(1), "receiving");
  EXPECT_DEBUG_DEATH(Flow(flow).on_end(), "receiving");
}

TEST(FlowDeathTest, EndForbidsReceiving) {
  Flow flow;
  flow.on_end();
  EXPECT_DEBUG_DEATH(Flow(flow).on_received(1), "receiving");
}

TEST(FlowDeathTest, SendingMoreThanHeldIsForbidden) {
  Flow flow;
  flow.on_received(2);
  EXPECT_DEBUG_DEATH(Flow(flow).on_sent(3), "undelivered");
}

TEST(FlowDeathTest, MissingEndIsNotForwarded) {
  Flow flow;
  EXPECT_DEBUG_DEATH(Flow(flow).on_end_forwarded(), "ended");
}

}  // namespace
}  // namespace duplexd
