#include "tests/integration/handover/two_proxies.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

constexpr Duration time_limit = 2s;
constexpr Duration before_move = 1s;
constexpr Duration tolerance = 900ms;  // less than before_move: it does not begin anew

/// A session that moves in the middle of its time.
class MovedDeadlines : public TwoProxies {
 protected:
  void begin(Duration Timeouts::*timeout) {
    config_ = config();
    config_.listeners[0].timeouts.*timeout = time_limit;
    config_.listeners[0].timeouts.lifetime_jitter = 0;
    ASSERT_EQ(giver_->reload(config_), "");
    session_ = open_session(*giver_, backend_);
  }
  void move_after_a_while() {
    EXPECT_FALSE(session_.client.readable_within(before_move));
    EXPECT_EQ(move_to(config_).sessions, 1u);
  }
  void expect_end(std::string_view reason) {
    const SessionEnd end = taker_->end();
    EXPECT_EQ(to_word(end.reason), reason);
    EXPECT_GE(end.duration, time_limit);
    EXPECT_LT(end.duration, time_limit + tolerance);
  }

  Config config_;
  Pair session_;
};

TEST_F(MovedDeadlines, IdleTimeGoesOn) {
  begin(&Timeouts::idle);
  move_after_a_while();
  expect_end("idle_timeout");
}

TEST_F(MovedDeadlines, LifetimeGoesOn) {
  begin(&Timeouts::lifetime);
  move_after_a_while();
  expect_end("lifetime");
}

TEST_F(MovedDeadlines, HalfClosedTimeGoesOn) {
  begin(&Timeouts::half_closed);
  session_.client.end();
  EXPECT_TRUE(session_.endpoint.at_end());
  move_after_a_while();
  expect_end("half_closed_timeout");
}

TEST_F(MovedDeadlines, ManyMovesShortenNothing) {
  begin(&Timeouts::idle);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(session_.client.readable_within(150ms));
    move_to(config_);
    std::swap(giver_, taker_);
  }
  std::swap(giver_, taker_);
  expect_end("idle_timeout");
}

}  // namespace
}  // namespace duplexd::test
