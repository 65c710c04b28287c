#include "core/session/views/verdict.hpp"

#include <gmock/gmock.h>

#include <utility>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// A session that relays, whose peers have taken everything and said nothing for a while.
SessionView quiet() {
  const TcpState tcp{
      .rtt = 20ms, .segment = 1448, .window = 65536, .since_received = 8s, .since_acknowledged = 8s};
  return {.upstream = "pool",
          .endpoint = "db:5432",
          .state = LiveState::relaying,
          .age = 20s,
          .idle = 8s,
          .upstream_chain = {.waits_for = ChainWait::sender},
          .downstream_chain = {.waits_for = ChainWait::sender},
          .client_tcp = tcp,
          .endpoint_tcp = tcp};
}

/// The downstream direction has waited 15 of 20 seconds for the client.
SessionView stalled() {
  SessionView view = quiet();
  view.downstream_chain = {.bytes = {.read = 5 << 20, .undelivered = 65536, .stalled = 15s},
                           .waits_for = ChainWait::receiver,
                           .stalled = true};
  view.client_tcp->since_sent = 10ms;
  view.client_tcp->sent = 4 << 20;
  view.client_tcp->busy = 20s;
  return view;
}

/// The same the other way.
SessionView mirrored(SessionView view) {
  std::swap(view.upstream_chain, view.downstream_chain);
  std::swap(view.client_tcp, view.endpoint_tcp);
  return view;
}

SessionView in_state(LiveState state) {
  SessionView view = quiet();
  view.state = state;
  view.upstream_chain.waits_for = view.downstream_chain.waits_for = ChainWait::nothing;
  return view;
}

void expect(const SessionView& view, Slow who, std::chrono::microseconds time, const std::string& says) {
  const Verdict verdict = judge(view);
  EXPECT_EQ(to_word(verdict.who), to_word(who)) << verdict.evidence;
  EXPECT_EQ(verdict.time, time);
  EXPECT_THAT(verdict.evidence, HasSubstr(says));
}

TEST(VerdictTest, QuietSessionsBlameNobody) {
  expect(quiet(), Slow::nobody, 0s, "nothing waits to be taken; the last byte came 8.0 s ago");
}

TEST(VerdictTest, ClosedWindowsBlameTheProgram) {
  SessionView view = stalled();
  view.client_tcp->window = 0;
  view.client_tcp->not_sent = 1 << 20;
  view.client_tcp->since_sent = 12s;
  expect(view, Slow::client, 15s,
         "the program at the client does not read: its receive window is closed, 1.1 MiB wait to be sent to "
         "it, nothing was for 12.0 s");
  expect(mirrored(view), Slow::endpoint, 15s, "the program at the endpoint does not read");
}

// Less than a segment is not sent into.
TEST(VerdictTest, NearlyClosedWindowsAreClosed) {
  SessionView view = stalled();
  view.client_tcp->window = 1447;
  view.client_tcp->since_sent = 12s;
  expect(view, Slow::client, 15s, "does not read");
}

TEST(VerdictTest, FullWindowsBlameSlowReaders) {
  SessionView view = stalled();
  view.client_tcp->limited_by_window = 19s;
  expect(view, Slow::client, 15s, "reads slowly, 252.8 KiB a second: its receive window was full for 95 %");
  expect(mirrored(view), Slow::endpoint, 15s, "the program at the endpoint reads slowly");
  view.client_tcp->window = 0;
  expect(view, Slow::client, 15s, "reads slowly");
}

TEST(VerdictTest, SlowReadersAreNamedBetweenStalls) {
  SessionView view = stalled();
  view.client_tcp->limited_by_window = 19s;
  view.downstream_chain.stalled = false;
  expect(view, Slow::client, 15s, "reads slowly");
  view.client_tcp->since_sent = 11s;
  expect(view, Slow::nobody, 0s, "nothing waits");
}

TEST(VerdictTest, ResentBytesBlameThePath) {
  SessionView view = stalled();
  view.client_tcp->retransmitted = view.client_tcp->sent / 10;
  expect(view, Slow::client_path, 15s,
         "the path to the client loses segments: 10.0 % of the bytes were sent again");
  expect(mirrored(view), Slow::endpoint_path, 15s, "the path to the endpoint loses segments");
}

TEST(VerdictTest, TimeoutsBlameThePath) {
  SessionView view = stalled();
  view.client_tcp->retries = 3;
  expect(view, Slow::client_path, 15s, "3 timeouts in a row");
}

TEST(VerdictTest, StallsWithoutLossBlameNarrowPaths) {
  SessionView view = stalled();
  view.client_tcp->delivery_rate = 300 << 10;
  expect(view, Slow::client_path, 15s, "carries no more: 300.0 KiB a second, round trip 20.0 ms");
}

TEST(VerdictTest, UnixSocketsNameOnlyTheSide) {
  SessionView view = mirrored(stalled());
  view.endpoint_tcp.reset();
  expect(view, Slow::endpoint, 15s, "the endpoint takes no bytes: 64.0 KiB wait for it");
}

TEST(VerdictTest, UnacknowledgedRequestsBlameThePath) {
  SessionView view = quiet();
  view.endpoint_tcp->retries = 4;
  view.endpoint_tcp->unacknowledged = 1;
  view.endpoint_tcp->since_acknowledged = 6s;
  expect(view, Slow::endpoint_path, 6s, "4 timeouts in a row, and nothing acknowledged for 6.0 s");
}

TEST(VerdictTest, UnansweredRequestsBlameTheEndpoint) {
  SessionView view = quiet();
  view.endpoint_tcp->sent = 100;
  view.endpoint_tcp->since_sent = 4s;
  expect(view, Slow::endpoint, 4s,
         "the endpoint does not answer: it has acknowledged all that the client sent, at last 4.0 s ago");
  view.endpoint_tcp->received = 1;
  view.endpoint_tcp->since_received = 3s;
  expect(view, Slow::nobody, 0s, "nothing waits");
}

TEST(VerdictTest, QuickAnswersAreNotOwed) {
  SessionView view = quiet();
  view.endpoint_tcp->since_sent = 900ms;
  EXPECT_EQ(judge(view).who, Slow::nobody);
  view.endpoint_tcp->since_sent = 4s;
  view.downstream_chain.finished = true;
  EXPECT_EQ(judge(view).who, Slow::nobody);
}

TEST(VerdictTest, SilentClientsAreNotSlow) {
  SessionView view = quiet();
  view.client_tcp->since_sent = 4s;
  EXPECT_EQ(judge(view).who, Slow::nobody);
}

TEST(VerdictTest, OwnLimitsAreNamed) {
  SessionView view = quiet();
  view.downstream_chain.waits_for = ChainWait::bandwidth;
  expect(view, Slow::limit, 0s, "the configured bandwidth is used up in the direction to the client");
}

TEST(VerdictTest, LongerStallsComeFirst) {
  SessionView view = stalled();
  view.client_tcp->window = 0;
  view.upstream_chain = view.downstream_chain;
  view.endpoint_tcp = view.client_tcp;
  view.upstream_chain.bytes.stalled = 14s;
  EXPECT_EQ(judge(view).who, Slow::client);
  view.upstream_chain.bytes.stalled = 16s;
  EXPECT_EQ(judge(view).who, Slow::endpoint);
}

TEST(VerdictTest, StagesNameWhomTheyWaitFor) {
  expect(in_state(LiveState::greeting), Slow::client, 20s, "has not said for 20.0 s");
  expect(in_state(LiveState::waiting_turn), Slow::limit, 20s, "limits.handshakes");
  expect(in_state(LiveState::waiting_room), Slow::endpoint, 20s, "no endpoint of upstream pool has had room");
  expect(in_state(LiveState::dialling), Slow::endpoint, 20s, "db:5432 has not accepted the connection");
  expect(in_state(LiveState::introducing), Slow::endpoint, 20s,
         "db:5432 has not answered what it is told first");
}

}  // namespace
}  // namespace duplexd
