#include "core/catalog/answers/consul_index.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

TEST(ConsulIndexTest, FirstQueryDoesNotWait) { EXPECT_EQ(ConsulIndex().next(), 0U); }

TEST(ConsulIndexTest, NextQueryWaitsBehindTheLast) {
  ConsulIndex index;
  for (const auto* const header : {"7", "7", "8"}) EXPECT_TRUE(index.take(header));
  EXPECT_EQ(index.next(), 8U);
}

TEST(ConsulIndexTest, BackwardsBeginsAnew) {
  ConsulIndex index;
  EXPECT_TRUE(index.take("100"));
  EXPECT_TRUE(index.take("3"));
  EXPECT_EQ(index.next(), 0U);
  EXPECT_TRUE(index.take("3"));
  EXPECT_EQ(index.next(), 3U);
}

TEST(ConsulIndexTest, NothingToWaitBehindIsRefused) {
  for (const auto* const header : {"0", "", "-1", "x", "1 "}) {
    ConsulIndex index;
    EXPECT_TRUE(index.take("5"));
    EXPECT_FALSE(index.take(header)) << header;
    EXPECT_EQ(index.next(), 0U);
  }
}

}  // namespace
}  // namespace duplexd::test
