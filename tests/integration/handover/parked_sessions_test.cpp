#include "tests/integration/handover/two_proxies.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// The giver has gone before the taker comes.
class ParkedSessions : public TwoProxies {
 protected:
  /// In a channel as large as this; 0: as it is.
  HandoverOutcome park(int bytes = 0) {
    auto [giving, parked] = HandoverChannel::make();
    if (bytes > 0) {
      EXPECT_EQ(::setsockopt(giving.get(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)), 0);
    }
    parked_ = std::move(parked);
    return giver_->give(std::move(giving), Giving::To::nobody_yet);
  }
  Taking::End take() {
    address_ = giver_->address();
    sockets_ = giver_->copies_of_sockets();
    giver_.reset();
    Config taking = config();
    taking.listeners.front().bind.front().address = address_;
    taker_ = std::make_unique<Proxy>(std::move(taking), std::move(sockets_), std::move(parked_));
    return taker_->taken().first;
  }
  void expect_clients_served() {
    Pair next = open_session(*taker_, backend_);
    expect_goes_on(next);
    close_in_order(next);
  }

  FileDescriptor parked_;
  SocketAddress address_;
  InheritedSockets sockets_;
};

TEST_F(ParkedSessions, GoOnWithTheNextProcess) {
  std::vector<Pair> sessions = open_sessions(*giver_, backend_, 250);
  const HandoverOutcome parked = park();
  EXPECT_EQ(parked.failure, "");
  EXPECT_EQ(parked.sessions, 250u);
  for (Pair& session : sessions) session.client.send("parked");
  EXPECT_FALSE(sessions[0].endpoint.readable_within(100ms));
  EXPECT_EQ(take(), Taking::End::serves);
  for (Pair& session : sessions) {
    EXPECT_EQ(session.endpoint.receive(6), "parked");
    expect_goes_on(session);
  }
  EXPECT_EQ(taker_->listener().accepted, 250u);
  expect_clients_served();
}

TEST_F(ParkedSessions, EndWithPeersThatLeave) {
  Pair session = open_session(*giver_, backend_);
  EXPECT_EQ(park().sessions, 1u);
  session.client.send("last words");
  session.client.close();
  EXPECT_EQ(take(), Taking::End::serves);
  EXPECT_EQ(session.endpoint.receive_all(), "last words");
}

TEST_F(ParkedSessions, NextProcessServesWithoutThem) {
  Pair session = open_session(*giver_, backend_);
  HandoverOutcome parked;
  {
    auto [giving, taking] = HandoverChannel::make();
    parked_ = std::move(taking);
    const DescriptorLimit none(3);
    parked = giver_->give(std::move(giving), Giving::To::nobody_yet);
  }
  EXPECT_NE(parked.failure, "");
  EXPECT_EQ(parked.sessions, 0u);
  EXPECT_EQ(take(), Taking::End::serves);
  expect_clients_served();
}

TEST_F(ParkedSessions, UnreadableMessageIsPassedOver) {
  EXPECT_EQ(park().sessions, 0u);
  auto [giving, taking] = HandoverChannel::make();
  parked_ = std::move(taking);
  EXPECT_EQ(HandoverChannel::send(giving.get(), "sessions", "no JSON"), 0);
  EXPECT_EQ(HandoverChannel::send(giving.get(), "keep", ""), 0);
  EXPECT_EQ(HandoverChannel::send(giving.get(), "last", "{}"), 0);
  giving.reset();
  EXPECT_EQ(take(), Taking::End::serves);
  expect_clients_served();
}

/// The channel holds half of them or so. How large it is decides which message is the first that does not
/// fit.
class FullChannel : public ParkedSessions, public testing::WithParamInterface<int> {};

TEST_P(FullChannel, SessionsHaveOneOwner) {
  constexpr std::size_t all = 600;
  Pair earlier = open_session(*giver_, backend_);
  close_in_order(earlier);
  EXPECT_TRUE(giver_->wait_for_live(0));
  const std::vector<Pair> sessions = open_sessions(*giver_, backend_, all);
  const HandoverOutcome parked = park(GetParam());
  EXPECT_NE(parked.failure.find("full"), std::string::npos) << parked.failure;
  EXPECT_GT(parked.sessions, 0u);
  const std::set<std::uint64_t> stayed = ids_of(*giver_);
  EXPECT_EQ(stayed.size(), all - parked.sessions);
  EXPECT_EQ(take(), Taking::End::serves);
  expect_clients_served();
  const Pair next = open_session(*taker_, backend_);
  std::set<std::uint64_t> ids = ids_of(*taker_);
  EXPECT_EQ(ids.size(), parked.sessions + 1);
  ids.insert(stayed.begin(), stayed.end());
  EXPECT_EQ(ids.size(), all + 1) << "each number is that of one session";
  EXPECT_EQ(taker_->listener().accepted, 1 + parked.sessions + 2) << "the earlier one is counted still";
}

INSTANTIATE_TEST_SUITE_P(Sizes, FullChannel, testing::Values(2400, 2800, 3200, 3600));

}  // namespace
}  // namespace duplexd::test
