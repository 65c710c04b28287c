#include "tests/integration/handover/two_proxies.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

class MovedLimits : public TwoProxies {};

TEST_F(MovedLimits, EndpointLimitIsNeverExceeded) {
  constexpr std::size_t most = 3;
  constexpr std::size_t waiting_count = 300;
  Config limited = config();
  limited.upstreams[0].endpoints[0].max_sessions = most;
  ASSERT_EQ(giver_->reload(limited), "");
  std::vector<Peer> clients;
  for (std::size_t i = 0; i < most + waiting_count; ++i) clients.push_back(giver_->connect());
  ASSERT_TRUE(giver_->wait_for_live(most + waiting_count));
  std::vector<Peer> endpoints;
  for (std::size_t i = 0; i < most; ++i) endpoints.push_back(backend_.accept());
  EXPECT_EQ(move_to(limited).sessions, most + waiting_count);
  for (std::size_t i = 0; i < waiting_count; ++i) {
    ASSERT_FALSE(backend_.called_within(i < 3 ? 300ms : 0ms)) << "a fourth";
    EXPECT_LE(taker_->totals().upstreams[0].endpoints[0].live, most);
    endpoints[i % most].reset();
    endpoints[i % most] = backend_.accept();
  }
}

TEST_F(MovedLimits, SourceLimitGoesOn) {
  Config limited = config();
  limited.listeners[0].limits.per_source = 2;
  ASSERT_EQ(giver_->reload(limited), "");
  std::vector<Pair> sessions = open_sessions(*giver_, backend_, 2);
  move_to(limited);
  Peer third = taker_->connect();
  EXPECT_EQ(to_word(taker_->end().reason), "source_limit");
  close_in_order(sessions[0]);
  (void)taker_->ends(2);  // told when the place is free
  Pair next = open_session(*taker_, backend_);
  expect_goes_on(next);
}

TEST_F(MovedLimits, SessionLimitGoesOn) {
  Config limited = config();
  limited.listeners[0].limits.sessions = 2;
  ASSERT_EQ(giver_->reload(limited), "");
  std::vector<Pair> sessions = open_sessions(*giver_, backend_, 2);
  move_to(limited);
  Peer third = taker_->connect();
  third.send("patience");
  EXPECT_FALSE(backend_.called_within(300ms));
  close_in_order(sessions[0]);
  EXPECT_EQ(backend_.accept().receive(8), "patience");
}

// Sessions go on that there are, also where fewer are allowed now.
TEST_F(MovedLimits, LowerLimitCutsNobody) {
  std::vector<Pair> sessions = open_sessions(*giver_, backend_, 4);
  Config limited = config();
  limited.listeners[0].limits.sessions = 1;
  limited.listeners[0].limits.per_source = 1;
  limited.upstreams[0].endpoints[0].max_sessions = 1;
  EXPECT_EQ(move_to(limited).sessions, 4u);
  for (Pair& session : sessions) expect_goes_on(session);
}

}  // namespace
}  // namespace duplexd::test
