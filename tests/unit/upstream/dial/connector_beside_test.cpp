// Two attempts beside each other, at the two families of a name.
#include "core/net/socket/stream.hpp"
#include "core/upstream/dial/connector.hpp"
#include "tests/support/peer.hpp"
#include "tests/support/unwilling.hpp"
#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using State = Dial::State;
using test::Backend;
using test::RefusingAddress;
using test::SilentBackend;

SocketAddress loopback_of_ipv6() { return test::address_of("[::1]:0"); }

class ConnectorBesideTest : public testing::Test {
 protected:
  Upstream& upstream(const std::vector<SocketAddress>& addresses) {
    UpstreamConfig config;
    config.retry.rounds = 0;
    config.balance = Balance::first;
    std::vector<Pool::Member> members;
    for (const SocketAddress& address : addresses)
      members.push_back({.endpoint = &endpoints_.at("name", address)});
    upstream_.use(endpoints_.pool(Pool::in_order(std::move(members)), config));
    return upstream_;
  }
  const Endpoint& endpoint(std::size_t index) { return *upstream_.pool().members()[index].endpoint; }
  /// Dials until an attempt is in progress, and lets it wait for long enough to be silent.
  State dial_silence(Connector& connector) {
    first_ = connector.dial();
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(test::eventually([&] { return std::chrono::steady_clock::now() - began > 110ms; }));
    return first_.state;
  }
  std::uint64_t failed(CloseReason reason) const {
    return endpoints_.account.workers[0].failed[static_cast<std::size_t>(reason)].value();
  }
  std::uint64_t connected() const { return endpoints_.account.workers[0].connected.value(); }
  static std::vector<PeerAddress> failed_ones(const Connector& connector) {
    std::vector<PeerAddress> peers;
    for (const auto& attempt : connector.failed_attempts()) peers.push_back(attempt.endpoint);
    return peers;
  }

  test::Endpoints endpoints_;
  Upstream upstream_{endpoints_.shared, 0};
  const SilentBackend silent_;
  Dial first_;
};

TEST_F(ConnectorBesideTest, WinnerAloneIsConnected) {
  const Backend backend(loopback_of_ipv6());
  Connector connector(upstream({silent_.address(), backend.address()}), 0);
  ASSERT_EQ(dial_silence(connector), State::in_progress);
  EXPECT_EQ(connector.beside_after(), 250ms);
  const Dial beside = connector.dial_beside();
  ASSERT_EQ(beside.state, State::connected);
  EXPECT_EQ(peer_address(beside.socket.get()), backend.address());
  EXPECT_EQ(connector.endpoint(), &endpoint(1));
  EXPECT_EQ(endpoint(0).sessions().live, 0u);
  EXPECT_EQ(endpoint(1).sessions().live, 1u);
  EXPECT_EQ(connected(), 1u);
  EXPECT_EQ(connector.attempts(), 2u);
  EXPECT_EQ(failed_ones(connector), std::vector{PeerAddress(silent_.address())});
}

TEST_F(ConnectorBesideTest, AttemptCutShortIsNoFailure) {
  const Backend backend(loopback_of_ipv6());
  Connector connector(upstream({silent_.address(), backend.address()}), 0);
  first_ = connector.dial();
  ASSERT_EQ(connector.dial_beside().state, State::connected);
  EXPECT_TRUE(connector.failed_attempts().empty());
  EXPECT_EQ(failed(CloseReason::connect_timeout), 0u);
  EXPECT_EQ(endpoint(0).trust().ask(now_in_millis(), {.failures = 1}), Trust::Answer::yes);
}

TEST_F(ConnectorBesideTest, SilentAddressIsSoonAvoided) {
  const Backend backend(loopback_of_ipv6());
  Upstream& silent_first = upstream({silent_.address(), backend.address()});
  for (int i = 0; i < 3; ++i) {
    Connector connector(silent_first, 0);
    ASSERT_EQ(dial_silence(connector), State::in_progress);
    ASSERT_EQ(connector.dial_beside().state, State::connected);
  }
  EXPECT_TRUE(endpoint(0).trust().ejected());
  EXPECT_EQ(Connector(silent_first, 0).dial().state, State::connected);
  EXPECT_EQ(endpoint(0).sessions().taken, 3u);
}

TEST_F(ConnectorBesideTest, OneAnswerForgivesTheSilence) {
  const Backend backend(loopback_of_ipv6());
  Connector connector(upstream({silent_.address(), backend.address()}), 0);
  ASSERT_EQ(dial_silence(connector), State::in_progress);
  endpoint(0).trust().on_answer(now_in_millis(), 1ms);
  ASSERT_EQ(connector.dial_beside().state, State::connected);
  EXPECT_TRUE(connector.failed_attempts().empty());
}

TEST_F(ConnectorBesideTest, AttemptBesideOvertakesOneThatFails) {
  const SilentBackend other(loopback_of_ipv6());
  Connector connector(upstream({silent_.address(), other.address()}), 0);
  ASSERT_EQ(dial_silence(connector), State::in_progress);
  const Dial beside = connector.dial_beside();
  ASSERT_EQ(beside.state, State::in_progress);
  EXPECT_EQ(connector.endpoint(), &endpoint(0));
  EXPECT_EQ(connector.resume(first_.socket.get(), true).state, State::overtaken);
  EXPECT_EQ(connector.endpoint(), &endpoint(1));
  EXPECT_EQ(connector.beside_after(), 0ms) << "another is due at once";
  EXPECT_EQ(connector.dial_beside().state, State::failed) << "there is none";
  EXPECT_EQ(connector.resume(beside.socket.get(), true).state, State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::connect_timeout);
  EXPECT_EQ(failed_ones(connector),
            (std::vector{PeerAddress(silent_.address()), PeerAddress(other.address())}));
}

TEST_F(ConnectorBesideTest, RefusedBesideLeavesTheFirst) {
  const SocketAddress nobody = Backend(loopback_of_ipv6()).address();
  Connector connector(upstream({silent_.address(), nobody}), 0);
  ASSERT_EQ(dial_silence(connector), State::in_progress);
  EXPECT_EQ(connector.dial_beside().state, State::failed);
  EXPECT_EQ(failed_ones(connector), std::vector{PeerAddress(nobody)});
  EXPECT_EQ(connector.resume(first_.socket.get(), false).state, State::in_progress);
  EXPECT_EQ(connector.endpoint(), &endpoint(0));
}

TEST_F(ConnectorBesideTest, NextOneFollowsRefusalAtOnce) {
  const SocketAddress nobody = Backend(loopback_of_ipv6()).address();
  const Backend backend(loopback_of_ipv6());
  Connector connector(upstream({silent_.address(), nobody, backend.address()}), 0);
  ASSERT_EQ(dial_silence(connector), State::in_progress);
  EXPECT_EQ(connector.dial_beside().state, State::connected);
  EXPECT_EQ(connector.attempts(), 3u);
}

TEST_F(ConnectorBesideTest, LeftAttemptsAreForgotten) {
  const SilentBackend other(loopback_of_ipv6());
  Upstream& both_silent = upstream({silent_.address(), other.address()});
  {
    Connector connector(both_silent, 0);
    ASSERT_EQ(dial_silence(connector), State::in_progress);
    const Dial beside = connector.dial_beside();
    ASSERT_EQ(beside.state, State::in_progress);
    EXPECT_EQ(connector.resume_beside(beside.socket.get()).state, State::in_progress);
    EXPECT_EQ(endpoint(1).sessions().live, 1u);
  }
  for (const std::size_t index : {std::size_t{0}, std::size_t{1}}) {
    EXPECT_EQ(endpoint(index).sessions().live, 0u);
    EXPECT_EQ(endpoint(index).trust().ask(now_in_millis(), {.failures = 1}), Trust::Answer::yes);
  }
}

TEST_F(ConnectorBesideTest, OneFamilyHasNothingBeside) {
  const SilentBackend other;
  Connector connector(upstream({silent_.address(), other.address()}), 0);
  ASSERT_EQ(connector.dial().state, State::in_progress);
  EXPECT_EQ(connector.beside_after(), std::nullopt);
}

}  // namespace
}  // namespace duplexd
