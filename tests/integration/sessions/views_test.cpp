#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// What is told of the only session of a proxy.
class Views : public testing::Test {
 protected:
  static SessionView view(Proxy& proxy, bool with_tcp = false) {
    const SessionPage page = proxy.sessions({.with_tcp = with_tcp});
    EXPECT_EQ(page.sessions.size(), 1u);
    return page.sessions.empty() ? SessionView{} : page.sessions.front();
  }
  static bool comes_to(Proxy& proxy, LiveState state) {
    return eventually([&] {
      const SessionPage page = proxy.sessions({.filter = {.state = state}});
      return page.sessions.size() == 1;
    });
  }

  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
};

TEST_F(Views, RelayingSessionNamesItsPeers) {
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  session.client.send("four");
  EXPECT_EQ(session.endpoint.receive(4), "four");
  ASSERT_TRUE(comes_to(proxy, LiveState::relaying));
  const SessionView seen = view(proxy, true);
  EXPECT_EQ(seen.listener, "listener");
  EXPECT_EQ(seen.upstream, "upstream");
  EXPECT_EQ(seen.endpoint, backend_.address().to_string());
  EXPECT_EQ(seen.dialled.to_string(), backend_.address().to_string());
  EXPECT_EQ(seen.client.to_string(), session.client.local().to_string());
  EXPECT_EQ(seen.upstream_chain.bytes.read, 4u);
  EXPECT_EQ(seen.upstream_chain.waits_for, ChainWait::sender);
  EXPECT_EQ(seen.downstream_chain.waits_for, ChainWait::sender);
  ASSERT_TRUE(seen.client_tcp && seen.endpoint_tcp);
  EXPECT_EQ(seen.client_tcp->received, 4u);
  EXPECT_EQ(seen.endpoint_tcp->sent, 4u);
  EXPECT_EQ(seen.client_tcp->since_sent, std::nullopt);
  EXPECT_GT(seen.age, 0us);
}

TEST_F(Views, TimesOfStatesAddUp) {
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  ASSERT_TRUE(comes_to(proxy, LiveState::relaying));
  const SessionView relaying = view(proxy);
  EXPECT_EQ(relaying.half_closed, std::nullopt);
  EXPECT_EQ(relaying.upstream_chain.reading, relaying.age - relaying.connecting);
  session.client.end();
  EXPECT_TRUE(session.endpoint.at_end());
  SessionView seen;
  ASSERT_TRUE(eventually([&] {
    seen = view(proxy);
    return seen.half_closed && *seen.half_closed >= 200ms;
  }));
  EXPECT_EQ(seen.connecting, relaying.connecting) << "relaying since then";
  const auto upstream = seen.upstream_chain.reading + *seen.half_closed + seen.connecting;
  EXPECT_GE(upstream, seen.age);
  EXPECT_LE(upstream, seen.age + 200ms) << "two ticks, in which half_closed is counted";
  EXPECT_EQ(seen.downstream_chain.reading + seen.connecting, seen.age);
}

TEST_F(Views, SocketsAreAskedOnlyOnDemand) {
  Proxy proxy(config_);
  const Pair session = open_session(proxy, backend_);
  EXPECT_FALSE(view(proxy).client_tcp);
  EXPECT_FALSE(view(proxy).endpoint_tcp);
}

TEST_F(Views, StalledDirectionWaitsForItsReceiver) {
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  const std::string bytes = pattern(1 << 20);
  ASSERT_TRUE(eventually([&] {
    (void)session.endpoint.send_some(bytes);
    const SessionView seen = view(proxy);
    return seen.downstream_chain.stalled && seen.downstream_chain.bytes.stalled > 50ms;
  }));
  const SessionView seen = view(proxy);
  EXPECT_EQ(seen.downstream_chain.waits_for, ChainWait::receiver);
  EXPECT_GT(seen.downstream_chain.bytes.undelivered, 0u);
  EXPECT_EQ(seen.upstream_chain.waits_for, ChainWait::sender);
  session.client.reset();
}

TEST_F(Views, HalfClosedSessionHasFinishedDirection) {
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  session.client.end();
  EXPECT_TRUE(session.endpoint.at_end());
  ASSERT_TRUE(comes_to(proxy, LiveState::half_closed));
  const SessionView seen = view(proxy);
  EXPECT_TRUE(seen.upstream_chain.finished);
  EXPECT_EQ(seen.upstream_chain.waits_for, ChainWait::nothing);
  EXPECT_FALSE(seen.downstream_chain.finished);
}

TEST_F(Views, LimitedDirectionWaitsForBandwidth) {
  config_.listeners[0].bandwidth.session_upstream = 64 * 1024;
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  const std::string bytes = pattern(1 << 20);
  EXPECT_TRUE(eventually([&] {
    (void)session.client.send_some(bytes);
    return view(proxy).upstream_chain.waits_for == ChainWait::bandwidth;
  }));
  session.client.reset();
}

TEST_F(Views, SilentClientIsGreeting) {
  config_.listeners[0].proxy_protocol = {.enabled = true,
                                         .from = NetworkSet({*Network::parse("127.0.0.0/8")})};
  Proxy proxy(config_);
  const Peer client = proxy.connect();
  EXPECT_TRUE(comes_to(proxy, LiveState::greeting));
  EXPECT_EQ(view(proxy).endpoint, "");
}

TEST_F(Views, UnansweredConnectionIsDialling) {
  backend_.fall_silent();
  Proxy proxy(config_);
  const Peer client = proxy.connect();
  EXPECT_TRUE(comes_to(proxy, LiveState::dialling));
  const SessionView seen = view(proxy);
  EXPECT_EQ(seen.connecting, seen.age);
  EXPECT_EQ(seen.downstream_chain.reading, 0us);
  EXPECT_EQ(view(proxy).endpoint, backend_.address().to_string());
}

TEST_F(Views, FullEndpointLetsSessionWait) {
  config_.upstreams[0].endpoints[0].max_sessions = 1;
  Proxy proxy(config_);
  const Pair session = open_session(proxy, backend_);
  const Peer waiting = proxy.connect();
  EXPECT_TRUE(comes_to(proxy, LiveState::waiting_room));
}

}  // namespace
}  // namespace duplexd::test
