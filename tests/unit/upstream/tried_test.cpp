#include "core/upstream/tried.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

class TriedTest : public testing::Test {
 protected:
  const Endpoint& endpoint(std::uint16_t port) { return endpoints_.at("endpoint", test::loopback(port)); }
  void add(std::uint16_t port) { tried_.add(endpoint(port)); }
  bool has(std::uint16_t port) { return tried_.contains(endpoint(port)); }

  Tried tried_;

 private:
  test::Endpoints endpoints_;
};

TEST_F(TriedTest, KnowsExactlyThoseAdded) {
  for (std::uint16_t port = 1; port <= Tried::most; ++port) {
    EXPECT_FALSE(tried_.full());
    EXPECT_FALSE(has(port));
    add(port);
  }
  EXPECT_TRUE(tried_.full());
  for (std::uint16_t port = 1; port <= Tried::most; ++port) EXPECT_TRUE(has(port));
  EXPECT_FALSE(has(Tried::most + 1));
}

TEST_F(TriedTest, RetryForgetsOnlyRetryableEndpoints) {
  add(1);
  add(2);
  tried_.may_retry(endpoint(2));
  add(3);
  add(4);
  add(5);
  tried_.may_retry(endpoint(4));
  EXPECT_TRUE(tried_.retry());
  EXPECT_TRUE(has(1));
  EXPECT_FALSE(has(2));
  EXPECT_TRUE(has(3));
  EXPECT_FALSE(has(4));
  EXPECT_TRUE(has(5));
  EXPECT_FALSE(tried_.retry()) << "they were not tried again";
}

TEST_F(TriedTest, FinalFailuresAreNeverForgotten) {
  add(1);
  EXPECT_FALSE(tried_.retry());
  EXPECT_TRUE(has(1));
}

}  // namespace
}  // namespace duplexd
