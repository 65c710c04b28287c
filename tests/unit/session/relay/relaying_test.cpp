#include "core/session/relay/relaying.hpp"

#include "tests/unit/session/relay/relaying_world.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <set>

namespace duplexd {
namespace {

using relaying_test::Event;
using relaying_test::World;

/// Every sequence of events, to the depth at which no new state is found.
TEST(RelayingTest, EveryEventSequenceKeepsTheRules) {
  const auto began = std::chrono::steady_clock::now();
  std::deque<World> open{World({}), World({Side::client}), World({Side::endpoint}),
                         World({Side::client, Side::endpoint})};
  std::set<std::string> known;
  for (const World& world : open) known.insert(world.key());
  std::size_t transitions = 0;
  std::size_t ends = 0;
  for (; !open.empty(); open.pop_front()) {
    for (const Event& event : open.front().possible()) {
      World next = open.front();
      const std::string wrong = next.happen(event);
      ASSERT_EQ(wrong, "") << "after " << to_string(event);
      ++transitions;
      ends += next.ended();
      if (known.insert(next.key()).second) open.push_back(std::move(next));
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  std::printf("%zu states, %zu transitions, %zu of them ends, %.4f s\n", known.size(), transitions, ends,
              seconds.count());
  EXPECT_GT(known.size(), 500u);
}

TEST(RelayingTest, PreambleIsSentFirst) {
  Relaying relaying;
  relaying.begin_with(Side::client, 5);
  EXPECT_EQ(relaying.next(Side::client), Step::send);
  EXPECT_EQ(relaying.on_sent(Side::client, 3), Step::send);
  EXPECT_EQ(relaying.on_sent(Side::client, 2), Step::receive);
  EXPECT_EQ(relaying.flow(Side::client).received(), 0u);
}

TEST(RelayingTest, PreambleThatNobodyTookIsUndelivered) {
  Relaying relaying;
  relaying.begin_with(Side::endpoint, 5);
  relaying.end(CloseReason::stopped);
  EXPECT_EQ(relaying.flow(Side::endpoint).undelivered(), 5u);
  EXPECT_EQ(relaying.ending().client, LegEnd::reset);
}

TEST(RelayingTest, PartialStreamEndsByReset) {
  for (const CloseReason reason : {CloseReason::removed, CloseReason::stopped, CloseReason::lifetime}) {
    Relaying relaying;
    (void)relaying.on_received(Side::endpoint, 1'000'000);
    (void)relaying.on_sent(Side::endpoint, 1'000'000);
    relaying.end(reason);
    EXPECT_EQ(relaying.ending().client, LegEnd::reset) << to_word(reason);
  }
}

TEST(RelayingTest, CopyContinuesLikeTheOriginal) {
  Relaying original;
  (void)original.on_received(Side::client, 7);
  (void)original.on_would_block(Side::client);
  Relaying copy = original;
  EXPECT_EQ(copy, original);
  EXPECT_EQ(copy.next(Side::client), Step::send);
  EXPECT_EQ(copy.on_sent(Side::client, 7), Step::receive);
}

TEST(RelayingTest, StuckBytesHideTheirSendersReset) {
  Relaying relaying;
  (void)relaying.on_received(Side::client, 1);
  EXPECT_FALSE(relaying.hides_reset(Side::client));
  EXPECT_EQ(relaying.on_would_block(Side::client), Step::await_receiver);
  EXPECT_TRUE(relaying.hides_reset(Side::client));
  EXPECT_EQ(relaying.on_stuck_sender_failed(Side::client, ECONNRESET), Step::rest);
  EXPECT_EQ(relaying.next(Side::endpoint), Step::rest);
  EXPECT_EQ(relaying.next(Side::client), Step::send);
}

}  // namespace
}  // namespace duplexd
