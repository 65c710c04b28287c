#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Kills : public testing::Test {
 protected:
  Backend backend_;
  Proxy proxy_{proxy_config({backend_.address()})};
};

TEST_F(Kills, OnlyThoseMeantEnd) {
  std::vector<Pair> sessions = open_sessions(proxy_, backend_, 50);
  sessions[7].client.send("x");
  EXPECT_EQ(sessions[7].endpoint.receive(1), "x");
  const KillOutcome outcome = proxy_.kill({.filter = {.min_bytes = 1}});
  EXPECT_EQ(outcome.matched, 1u);
  EXPECT_EQ(outcome.ended, 1u);
  EXPECT_EQ(to_word(proxy_.end().reason), "killed");
  EXPECT_TRUE(sessions[7].client.is_reset());
  EXPECT_TRUE(sessions[7].endpoint.is_reset());
  EXPECT_EQ(proxy_.listener().live, 49u);
}

TEST_F(Kills, DryRunsEndNobody) {
  const std::vector<Pair> sessions = open_sessions(proxy_, backend_, 50);
  const KillOutcome outcome = proxy_.kill({.filter = {.listener = "listener"}, .rate = 1, .dry_run = true});
  EXPECT_EQ(outcome.matched, 50u);
  EXPECT_EQ(outcome.ended, 0u);
  EXPECT_EQ(proxy_.listener().live, 50u);
}

TEST_F(Kills, EndsAreSpread) {
  const std::vector<Pair> sessions = open_sessions(proxy_, backend_, 50);
  const auto began = Clock::now();
  EXPECT_EQ(proxy_.kill({.filter = {.listener = "listener"}, .rate = 100}).ended, 50u);
  EXPECT_GE(Clock::now() - began, 490ms);
  EXPECT_EQ(proxy_.reasons(50), (std::map<std::string, std::size_t>{{"killed", 50}}));
}

TEST_F(Kills, LaterSessionsAreSpared) {
  const std::vector<Pair> sessions = open_sessions(proxy_, backend_, 20);
  auto killing = std::async(std::launch::async,
                            [&] { return proxy_.kill({.filter = {.listener = "listener"}, .rate = 20}); });
  ASSERT_TRUE(eventually([&] { return proxy_.listener().live < 20; }));  // it has begun
  const std::vector<Pair> later = open_sessions(proxy_, backend_, 20);
  EXPECT_EQ(killing.get().ended, 20u);
  EXPECT_TRUE(proxy_.wait_for_live(20));
}

TEST_F(Kills, UnservedSessionsEndAsWell) {
  backend_.fall_silent();
  Peer client = proxy_.connect();
  ASSERT_TRUE(eventually([&] { return proxy_.sessions().sessions.size() == 1; }));
  EXPECT_EQ(proxy_.kill({.filter = {.state = LiveState::dialling}}).ended, 1u);
  EXPECT_EQ(proxy_.end().reason, CloseReason::killed);
}

TEST(KillRateTest, ManyMayHaveEndedByThen) {
  EXPECT_EQ(may_have_ended(0ms, 1000), 1u);
  EXPECT_EQ(may_have_ended(50ms, 1000), 51u);
  EXPECT_EQ(may_have_ended(999ms, 1), 1u);
  EXPECT_EQ(may_have_ended(1s, 1), 2u);
}

}  // namespace
}  // namespace duplexd::test
