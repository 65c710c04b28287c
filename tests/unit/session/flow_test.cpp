#include "core/session/flow.hpp"

#include <gtest/gtest.h>

#include <random>

namespace duplexd {
namespace {

using Step = Flow::Step;

TEST(FlowTest, ANewDirectionWaitsForItsSender) {
  const Flow flow;
  EXPECT_EQ(flow.next(), Step::receive);
  EXPECT_EQ(flow.received(), 0u);
  EXPECT_EQ(flow.undelivered(), 0u);
  EXPECT_FALSE(flow.finished());
}

TEST(FlowTest, WhatWasReceivedIsSentBeforeAnythingElseIsReceived) {
  Flow flow;
  flow.on_received(10);
  EXPECT_EQ(flow.next(), Step::send);
  flow.on_sent(4);
  EXPECT_EQ(flow.next(), Step::send);
  EXPECT_EQ(flow.undelivered(), 6u);
  flow.on_sent(0);
  EXPECT_EQ(flow.next(), Step::send) << "a receiver that takes nothing changes nothing";
  flow.on_sent(6);
  EXPECT_EQ(flow.next(), Step::receive);
  EXPECT_EQ(flow.received(), 10u);
}

TEST(FlowTest, TheEndIsForwardedAndThenTheDirectionRests) {
  Flow flow;
  flow.on_received(1);
  flow.on_sent(1);
  flow.on_end();
  EXPECT_EQ(flow.next(), Step::forward_end);
  EXPECT_FALSE(flow.finished()) << "the receiver does not know yet";
  flow.on_end_forwarded();
  EXPECT_EQ(flow.next(), Step::rest);
  EXPECT_TRUE(flow.finished());
}

TEST(FlowTest, ASenderThatSaysNothingMayEndAtOnce) {
  Flow flow;
  flow.on_end();
  EXPECT_EQ(flow.next(), Step::forward_end);
}

TEST(FlowTest, BytesThatNobodyTookStayUndelivered) {
  Flow flow;
  flow.on_received(std::uint64_t{1} << 40);
  flow.on_sent((std::uint64_t{1} << 40) - 3);
  EXPECT_EQ(flow.undelivered(), 3u);
  EXPECT_EQ(flow.received(), std::uint64_t{1} << 40);
}

TEST(FlowDeathTest, NothingIsReceivedWhileBytesAreHeld) {
  Flow flow;
  flow.on_received(1);
  EXPECT_DEBUG_DEATH(Flow(flow).on_received(1), "receive");
  EXPECT_DEBUG_DEATH(Flow(flow).on_end(), "receive");
}

TEST(FlowDeathTest, NothingIsReceivedAfterTheEnd) {
  Flow flow;
  flow.on_end();
  EXPECT_DEBUG_DEATH(Flow(flow).on_received(1), "receive");
  EXPECT_DEBUG_DEATH(Flow(flow).on_end(), "receive");
}

TEST(FlowDeathTest, NoMoreIsSentThanIsHeld) {
  Flow flow;
  flow.on_received(2);
  EXPECT_DEBUG_DEATH(Flow(flow).on_sent(3), "undelivered");
}

TEST(FlowDeathTest, NoEndIsForwardedThatDidNotComeOrTwice) {
  Flow flow;
  EXPECT_DEBUG_DEATH(Flow(flow).on_end_forwarded(), "forward_end");
  flow.on_end();
  flow.on_end_forwarded();
  EXPECT_DEBUG_DEATH(Flow(flow).on_end_forwarded(), "forward_end");
}

/// The same, told as a buffer and two flags.
struct Model {
  std::uint64_t held = 0;
  bool ended = false;
  bool forwarded = false;

  Step next() const {
    if (held > 0) return Step::send;
    if (forwarded) return Step::rest;
    return ended ? Step::forward_end : Step::receive;
  }
};

TEST(FlowTest, AnyWayThroughAgreesWithTheModel) {
  std::minstd_rand random(1);
  for (int walk = 0; walk < 200; ++walk) {
    Flow flow;
    Model model;
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    while (flow.next() != Step::rest) {
      if (model.held > 0) {
        const std::uint64_t bytes = random() % (model.held + 1);
        model.held -= bytes;
        sent += bytes;
        flow.on_sent(bytes);
      } else if (model.ended) {
        model.forwarded = true;
        flow.on_end_forwarded();
      } else if (random() % 20 == 0) {
        model.ended = true;
        flow.on_end();
      } else {
        model.held = 1 + random() % 1000;
        received += model.held;
        flow.on_received(model.held);
      }
      ASSERT_EQ(flow.next(), model.next());
      ASSERT_EQ(flow.undelivered(), model.held);
      ASSERT_EQ(flow.received(), received);
      ASSERT_EQ(flow.finished(), model.forwarded);
    }
    ASSERT_EQ(sent, received) << "a direction that ends in order has delivered everything";
  }
}

}  // namespace
}  // namespace duplexd
