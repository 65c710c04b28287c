#include "tests/integration/handover/two_proxies.hpp"
#include "tests/support/keepalive_timer.hpp"
#include "tests/support/splice/splicing.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <string_view>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mebibyte = 1 << 20;

class MovedSessions : public TwoProxies {};

TEST_F(MovedSessions, IdleSessionGoesOn) {
  Pair session = open_session(*giver_, backend_);
  session.client.send("before");
  EXPECT_EQ(session.endpoint.receive(6), "before");
  EXPECT_EQ(hand_over().sessions, 1u);
  giver_.reset();
  session.client.send("up");
  EXPECT_EQ(session.endpoint.receive(2), "up");
  session.endpoint.send("down");
  EXPECT_EQ(session.client.receive(4), "down");
  close_in_order(session);
  const SessionEnd end = taker_->end();
  EXPECT_EQ(end.reason, CloseReason::client_finished);
  EXPECT_EQ(end.moves, 1u);
  EXPECT_EQ(end.upstream_bytes.read, 8u) << "what was counted before counts";
}

TEST_F(MovedSessions, YoungSessionGetsItsKeepalive) {
  Config kept = config();
  kept.upstreams[0].endpoint.keepalive.enabled = true;
  ASSERT_EQ(giver_->reload(kept), "");
  const Pair session = open_session(*giver_, backend_);
  move_to(kept);
  const std::uint16_t ours = session.endpoint.remote().port();
  EXPECT_TRUE(eventually([&] { return has_keepalive_timer(ours, backend_.address().port()); }));
}

TEST_F(MovedSessions, HalfClosedSessionStaysHalfClosed) {
  Pair session = open_session(*giver_, backend_);
  session.client.send("request");
  session.client.end();
  EXPECT_EQ(session.endpoint.receive_all(), "request");
  hand_over();
  session.endpoint.send("answer");
  session.endpoint.close();
  EXPECT_EQ(session.client.receive_all(), "answer");
  EXPECT_EQ(taker_->end().reason, CloseReason::client_finished);
}

TEST_F(MovedSessions, HeldBytesArriveInOrder) {
  Pair session = open_session(*giver_, backend_);
  const std::string bytes = pattern(64 * mebibyte, 3);
  const std::size_t taken = fill(session.client, bytes);
  ASSERT_LT(taken, bytes.size());
  EXPECT_EQ(hand_over().sessions, 1u);
  giver_.reset();
  auto rest = std::async(std::launch::async, [&] {
    session.client.send(std::string_view(bytes).substr(taken));
    session.client.end();
  });
  EXPECT_TRUE(receive_in_pieces(session.endpoint, 1, mebibyte) == bytes);
  rest.get();
}

TEST_F(MovedSessions, PipedBytesArriveInOrder) {
  Pair session = open_session(*giver_, backend_);
  promote(*giver_, session.client, session.endpoint);
  const std::string bytes = pattern(64 * mebibyte, 4);
  const std::size_t taken = fill(session.client, bytes);
  ASSERT_EQ(full_pipes(), 1u);
  EXPECT_EQ(hand_over().sessions, 1u);
  giver_.reset();
  auto rest = std::async(std::launch::async, [&] {
    session.client.send(std::string_view(bytes).substr(taken));
    session.client.end();
  });
  EXPECT_TRUE(receive_in_pieces(session.endpoint, 1, mebibyte) == bytes);
  rest.get();
}

TEST_F(MovedSessions, BulkBothWaysGoesOn) {
  Pair session = open_session(*giver_, backend_);
  const std::string up = pattern(128 * mebibyte, 5);
  const std::string down = pattern(128 * mebibyte, 6);
  auto exchanged =
      std::async(std::launch::async, [&] { return exchange(session.client, session.endpoint, up, down); });
  EXPECT_TRUE(eventually([&] { return giver_->listener().downstream_bytes > mebibyte; }));
  EXPECT_EQ(hand_over().sessions, 1u);
  giver_.reset();
  const Exchange received = exchanged.get();
  EXPECT_TRUE(received.at_endpoint == up);
  EXPECT_TRUE(received.at_client == down);
}

TEST_F(MovedSessions, ManySessionsMoveAtOnce) {
  std::vector<Pair> sessions = open_sessions(*giver_, backend_, 350);
  EXPECT_EQ(hand_over().sessions, 350u);
  giver_.reset();
  EXPECT_TRUE(taker_->wait_for_live(350));
  for (Pair& session : sessions) {
    session.client.send("x");
    EXPECT_EQ(session.endpoint.receive(1), "x");
    close_in_order(session);
  }
}

TEST_F(MovedSessions, ClientsInBetweenAreServed) {
  Pair session = open_session(*giver_, backend_);
  hand_over();
  Pair next = open_session(*taker_, backend_);
  next.client.send("next");
  EXPECT_EQ(next.endpoint.receive(4), "next");
  close_in_order(next);
  EXPECT_NE(taker_->end().id, 0u);
  close_in_order(session);
  EXPECT_NE(taker_->ends(2)[0].id, taker_->ends(2)[1].id);
}

TEST_F(MovedSessions, HalfClosedSessionsMoveTheirCount) {
  Pair session = open_session(*giver_, backend_);
  session.client.end();
  EXPECT_EQ(session.endpoint.receive_all(), "");
  EXPECT_TRUE(eventually([&] { return giver_->listener().half_closed_oldest >= 500ms; }));
  hand_over();
  EXPECT_EQ(taker_->listener().half_closed, 1u);
  EXPECT_GE(taker_->sessions({}).sessions.at(0).half_closed, 500ms);
  session.endpoint.close();
  (void)taker_->end();
  EXPECT_EQ(taker_->listener().half_closed, 0u);
}

TEST_F(MovedSessions, CountersGoOn) {
  Pair over = open_session(*giver_, backend_);
  over.client.send("over");
  EXPECT_EQ(over.endpoint.receive(4), "over");
  close_in_order(over);
  (void)giver_->end();
  Pair session = open_session(*giver_, backend_);
  hand_over();
  const Totals totals = taker_->totals();
  EXPECT_EQ(totals.listeners.front().accepted, 2u);
  EXPECT_EQ(totals.listeners.front().live, 1u);
  EXPECT_EQ(totals.listeners.front().upstream_bytes, 4u);
  EXPECT_EQ(totals.upstreams.front().connected, 2u);
  EXPECT_EQ(totals.upstreams.front().connect_times.count(), 2u);
  EXPECT_EQ(totals.listeners.front().durations.count(), 1u);
  EXPECT_EQ(totals.upstreams.front().endpoints.front().chosen, 2u);
  EXPECT_EQ(totals.upstreams.front().endpoints.front().live, 1u);
  close_in_order(session);
}

}  // namespace
}  // namespace duplexd::test
