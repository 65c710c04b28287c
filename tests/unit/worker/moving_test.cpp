#include "core/worker/moving.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

std::uint64_t messages_for(std::uint64_t sessions, std::size_t descriptors_of_each) {
  MessageCount count{.each = {.sessions = 100, .descriptors = 250}};
  for (std::uint64_t i = 0; i < sessions; ++i) count.add(descriptors_of_each);
  return count.messages;
}

TEST(MovingTest, MessagesHoldSoManySessions) {
  EXPECT_EQ(messages_for(0, 2), 0u);
  EXPECT_EQ(messages_for(1, 2), 1u);
  EXPECT_EQ(messages_for(100, 2), 1u);
  EXPECT_EQ(messages_for(101, 2), 2u);
}

// 41 sessions with two pipes each: 246 descriptors, and one more might have six.
TEST(MovingTest, MessagesHoldSoManyDescriptors) {
  EXPECT_EQ(messages_for(41, 6), 1u);
  EXPECT_EQ(messages_for(42, 6), 2u);
  EXPECT_EQ(messages_for(410, 6), 10u);
}

TEST(MovingTest, EveryStayReasonHasWords) {
  for (std::size_t i = 0; i < stay_reason_count; ++i) {
    EXPECT_FALSE(to_word(static_cast<StayReason>(i)).empty());
    EXPECT_FALSE(to_sentence(static_cast<StayReason>(i)).empty());
  }
}

}  // namespace
}  // namespace duplexd
