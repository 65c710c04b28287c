#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

BindAddress at(const SocketAddress& address) {
  return {.kind = BindAddress::Kind::address, .address = address, .name = {}};
}

class Reload : public testing::Test {
 protected:
  Config config_for(const std::vector<SocketAddress>& endpoints) const {
    Config config = proxy_config(endpoints);
    config.close_spread = Duration(0);
    return config;
  }
  static void exchange(Peer& client, Peer& endpoint) {
    client.send("ping");
    EXPECT_EQ(endpoint.receive(4), "ping");
    endpoint.send("pong");
    EXPECT_EQ(client.receive(4), "pong");
  }

  Backend backend_;
  Backend other_;
};

TEST_F(Reload, UnchangedListenersKeepSocketsAndSessions) {
  Config config = config_for({backend_.address()});
  Proxy proxy(config);
  const SocketAddress before = proxy.address();
  Pair session = open_session(proxy, backend_);
  exchange(session.client, session.endpoint);
  config.listeners[0].timeouts.idle = 5min;
  EXPECT_EQ(proxy.reload(config), "");
  EXPECT_EQ(proxy.address(), before) << "port 0 stands for the port that it had";
  exchange(session.client, session.endpoint);
  Pair next = open_session(proxy, backend_);
  exchange(next.client, next.endpoint);
}

TEST_F(Reload, DiallingGoesOnWithoutTheRemoved) {
  const SilentBackend silent;
  Config config = config_for({silent.address(), backend_.address()});
  config.listeners[0].timeouts.connect = 500ms;
  config.upstreams[0].on_removed = LiveSessions::close;
  Proxy proxy(config);
  Peer client = proxy.connect();
  ASSERT_TRUE(proxy.wait_for_live(1));
  config.upstreams[0].endpoints.erase(config.upstreams[0].endpoints.begin());
  ASSERT_EQ(proxy.reload(config), "");
  Peer endpoint = backend_.accept();
  exchange(client, endpoint);
  EXPECT_FALSE(client.readable_within(500ms)) << "the endpoint that it has is not removed";
}

TEST_F(Reload, SessionsKeepTheirFirstTimeouts) {
  Config config = config_for({backend_.address()});
  Proxy proxy(config);
  Pair first = open_session(proxy, backend_);
  exchange(first.client, first.endpoint);
  config.listeners[0].timeouts.idle = 200ms;
  ASSERT_EQ(proxy.reload(config), "");
  Pair second = open_session(proxy, backend_);
  EXPECT_TRUE(second.client.is_reset());
  EXPECT_EQ(proxy.end().reason, CloseReason::idle_timeout);
  exchange(first.client, first.endpoint);
  EXPECT_EQ(proxy.listener().live, 1u);
}

TEST_F(Reload, RemovedListenerKeepsItsSessions) {
  Config config = config_for({backend_.address()});
  config.listeners.push_back(config.listeners[0]);
  config.listeners[1].name = "leaving";
  Proxy proxy(config);
  const SocketAddress leaving = proxy.address(1);
  Peer client = Peer::connect(leaving);
  Peer endpoint = backend_.accept();
  exchange(client, endpoint);
  config.listeners.pop_back();
  ASSERT_EQ(proxy.reload(config), "");
  EXPECT_THROW(Peer::connect(leaving), std::exception);
  exchange(client, endpoint);
  client.close();
  EXPECT_TRUE(endpoint.at_end());
  endpoint.close();
  EXPECT_EQ(proxy.end().listener, "leaving");
  EXPECT_TRUE(eventually([&] { return proxy.totals().listeners.size() == 1; })) << "without another reload";
}

TEST_F(Reload, ReturningListenerKeepsItsCounters) {
  const Config with = config_for({backend_.address()});
  Config without = with;
  without.listeners[0].name = "another";
  Proxy proxy(with);
  Pair session = open_session(proxy, backend_);
  ASSERT_EQ(proxy.reload(without), "");
  exchange(session.client, session.endpoint);
  EXPECT_EQ(proxy.listener().live, 1u) << "of the listener that is gone";
  ASSERT_EQ(proxy.reload(with), "");
  Pair next = open_session(proxy, backend_);
  EXPECT_TRUE(eventually([&] { return proxy.listener().accepted == 2; }));
}

TEST_F(Reload, AddressThatMovesKeepsItsSocket) {
  Config config = config_for({backend_.address()});
  Proxy proxy(config);
  const SocketAddress address = proxy.address();
  config.listeners[0].name = "renamed";
  ASSERT_EQ(proxy.reload(config), "");
  EXPECT_EQ(proxy.address(), address);
  Pair session = open_session(proxy, backend_);
  close_in_order(session);
  EXPECT_EQ(proxy.end().listener, "renamed");
}

TEST_F(Reload, PortInUseChangesNothing) {
  Config config = config_for({backend_.address()});
  Proxy proxy(config);
  const SocketAddress before = proxy.address();
  Config refused = config_for({other_.address()});
  refused.listeners[0].bind.push_back(at(other_.address()));
  EXPECT_NE(proxy.reload(refused).find(other_.address().to_string()), std::string::npos);
  EXPECT_EQ(proxy.address(), before);
  Pair session = open_session(proxy, backend_);
  exchange(session.client, session.endpoint);
  EXPECT_FALSE(other_.called_within(0ms));
  EXPECT_EQ(proxy.reload(config), "") << "and a good one is welcome";
}

TEST_F(Reload, AddressMayBecomeNarrowerOrWider) {
  Config config = config_for({backend_.address()});
  config.listeners[0].bind = {at(SocketAddress::any(AF_INET, 0))};
  Proxy proxy(config);
  const std::uint16_t port = proxy.address().port();
  config.listeners[0].bind = {at(loopback(port))};
  ASSERT_EQ(proxy.reload(config), "");
  { Pair session = open_session(proxy, backend_); }
  config.listeners[0].bind = {{BindAddress::Kind::dual_stack, SocketAddress::any(AF_INET6, port), {}}};
  ASSERT_EQ(proxy.reload(config), "");
  Peer client = Peer::connect(loopback(port));
  Peer endpoint = backend_.accept();
  exchange(client, endpoint);
}

TEST_F(Reload, RemovedEndpointKeepsSessionsByDefault) {
  Proxy proxy(config_for({backend_.address()}));
  Pair session = open_session(proxy, backend_);
  ASSERT_EQ(proxy.reload(config_for({other_.address()})), "");
  Pair next = open_session(proxy, other_);
  exchange(session.client, session.endpoint);
  exchange(next.client, next.endpoint);
}

TEST_F(Reload, RemovedEndpointClosesSessionsIfConfigured) {
  Config config = config_for({backend_.address()});
  Proxy proxy(config);
  Pair session = open_session(proxy, backend_);
  Config next = config_for({other_.address()});
  next.upstreams[0].on_removed = LiveSessions::close;
  ASSERT_EQ(proxy.reload(next), "");
  EXPECT_TRUE(session.client.is_reset());
  EXPECT_EQ(proxy.end().reason, CloseReason::removed);
}

TEST_F(Reload, RemovedEndpointClosesSessionsOverTime) {
  constexpr std::size_t count = 60;
  Proxy proxy(config_for({backend_.address()}));
  std::vector<Pair> sessions = open_sessions(proxy, backend_, count);
  Config next = config_for({other_.address()});
  next.upstreams[0].on_removed = LiveSessions::close;
  next.close_spread = 4s;
  ASSERT_EQ(proxy.reload(next), "");
  std::vector<std::chrono::microseconds> lasted;
  for (const SessionEnd& end : proxy.ends(count)) {
    EXPECT_EQ(end.reason, CloseReason::removed);
    lasted.push_back(end.duration);
  }
  const auto [first, last] = std::ranges::minmax(lasted);
  EXPECT_GT(last - first, 1s) << "of four, and sixty sessions";
}

TEST_F(Reload, DrainedSessionsMayEndThemselves) {
  Proxy proxy(config_for({backend_.address()}));
  Pair patient = open_session(proxy, backend_);
  Pair quick = open_session(proxy, backend_);
  Config next = config_for({other_.address()});
  next.upstreams[0].on_removed = LiveSessions::drain;
  next.drain = 3s;
  ASSERT_EQ(proxy.reload(next), "");
  exchange(patient.client, patient.endpoint);
  close_in_order(quick);
  EXPECT_TRUE(patient.client.is_reset());
  EXPECT_EQ(proxy.ends(2)[0].reason, CloseReason::client_finished);
  EXPECT_EQ(proxy.ends(2)[1].reason, CloseReason::removed);
}

TEST_F(Reload, ReturningEndpointKeepsLiveSessions) {
  Config with = config_for({backend_.address()});
  with.upstreams[0].on_removed = LiveSessions::drain;
  with.drain = 2s;
  with.listeners[0].timeouts.lifetime = 4s;
  with.listeners[0].timeouts.lifetime_jitter = 0;
  Config without = with;
  without.upstreams[0].endpoints = config_for({other_.address()}).upstreams[0].endpoints;
  Proxy proxy(with);
  Pair session = open_session(proxy, backend_);
  ASSERT_EQ(proxy.reload(without), "");
  ASSERT_EQ(proxy.reload(with), "");
  EXPECT_TRUE(session.client.is_reset());
  EXPECT_EQ(proxy.end().reason, CloseReason::lifetime);
}

TEST_F(Reload, LaterReloadCanShortenADrain) {
  Proxy proxy(config_for({backend_.address()}));
  Pair session = open_session(proxy, backend_);
  Config next = config_for({other_.address()});
  next.upstreams[0].on_removed = LiveSessions::drain;
  next.drain = 1h;
  ASSERT_EQ(proxy.reload(next), "");
  next.upstreams[0].on_removed = LiveSessions::close;
  next.close_spread = 0s;
  ASSERT_EQ(proxy.reload(next), "");
  EXPECT_TRUE(session.client.is_reset());
  EXPECT_EQ(proxy.end().reason, CloseReason::removed);
}

TEST_F(Reload, RemovedUpstreamRemovesItsEndpoints) {
  Config config = config_for({backend_.address()});
  config.upstreams[0].on_removed = LiveSessions::close;
  Proxy proxy(config);
  Pair session = open_session(proxy, backend_);
  Config next = config_for({other_.address()});
  next.upstreams[0].name = "another";
  ASSERT_EQ(proxy.reload(next), "");
  EXPECT_TRUE(session.client.is_reset());
  EXPECT_EQ(proxy.end().upstream, "upstream");
}

TEST_F(Reload, NewLimitsHoldAtOnce) {
  Config config = config_for({backend_.address()});
  config.listeners[0].limits.sessions = 1;
  Proxy proxy(config);
  Pair first = open_session(proxy, backend_);
  Peer waiting = proxy.connect();
  EXPECT_FALSE(backend_.called_within(50ms));
  config.listeners[0].limits.sessions = 2;
  ASSERT_EQ(proxy.reload(config), "");
  Peer endpoint = backend_.accept();
  exchange(waiting, endpoint);
}

TEST_F(Reload, SourcesStayCountedUnderOtherLimits) {
  Config config = config_for({backend_.address()});
  config.listeners[0].limits.per_source = 1;
  config.listeners[0].limits.sessions = 100;
  Proxy proxy(config);
  Pair session = open_session(proxy, backend_);
  for (const std::size_t sessions : {1'000u, 100'000u, 0u, 100u}) {
    config.listeners[0].limits.sessions = sessions;
    ASSERT_EQ(proxy.reload(config), "");
    EXPECT_TRUE(proxy.connect().at_end()) << sessions;
  }
  exchange(session.client, session.endpoint);
  close_in_order(session);
  EXPECT_TRUE(proxy.wait_for_live(0));
  Pair next = open_session(proxy, backend_);
  exchange(next.client, next.endpoint);
}

TEST_F(Reload, NewAccessListJudgesNextClient) {
  Config config = config_for({backend_.address()});
  Proxy proxy(config);
  Pair session = open_session(proxy, backend_);
  config.listeners[0].access.deny = NetworkSet({*Network::parse("127.0.0.0/8")});
  ASSERT_EQ(proxy.reload(config), "");
  Peer refused = proxy.connect();
  EXPECT_TRUE(refused.at_end());
  exchange(session.client, session.endpoint);
  EXPECT_EQ(proxy.end().reason, CloseReason::access_denied);
}

TEST_F(Reload, UnresolvedNameRefusesReload) {
  Proxy proxy(config_for({backend_.address()}));
  Config named = config_for({});
  named.upstreams[0].endpoints = {{.name = "db.invalid:1", .address = HostPort{"db.invalid", 1}}};
  EXPECT_NE(proxy.reload(named).find("db.invalid"), std::string::npos);
  Pair session = open_session(proxy, backend_);
  exchange(session.client, session.endpoint);
}

TEST_F(Reload, PauseRefusesClientsKeepsSessions) {
  Config config = config_for({backend_.address()});
  Proxy proxy(config);
  Pair session = open_session(proxy, backend_);
  proxy.pause();
  EXPECT_THROW(proxy.connect(), std::exception);
  exchange(session.client, session.endpoint);
  config.listeners[0].timeouts.idle = 5min;
  ASSERT_EQ(proxy.reload(config), "");
  EXPECT_THROW(proxy.connect(), std::exception) << "a reload does not resume";
  proxy.resume();
  Pair next = open_session(proxy, backend_);
  exchange(next.client, next.endpoint);
}

TEST_F(Reload, PausedListenerKeepsItsAddress) {
  Proxy proxy(config_for({backend_.address()}));
  proxy.pause();
  Config same = config_for({backend_.address()});
  same.listeners[0].bind = {at(proxy.address())};
  EXPECT_THROW(Proxy(same, {}), StartError);
  proxy.resume();
  Pair next = open_session(proxy, backend_);
  exchange(next.client, next.endpoint);
}

TEST_F(Reload, ResumedListenerServesWholeStreams) {
  Proxy proxy(config_for({backend_.address()}));
  proxy.pause();
  proxy.pause();
  proxy.resume();
  for (int i = 0; i < 8; ++i) {  // on every worker
    Pair session = open_session(proxy, backend_);
    exchange(session.client, session.endpoint);
  }
}

// Everything changes each time but the address, while clients come and go.
TEST_F(Reload, ReloadsUnderLoadLoseNoClient) {
  Config one = config_for({backend_.address()});
  Config two = config_for({other_.address(), backend_.address()});
  two.listeners[0].name = "renamed";
  two.listeners[0].limits.per_source = 1000;
  two.listeners[0].client.receive_buffer = 64 * 1024;
  two.upstreams[0].name = "renamed too";
  Proxy proxy(one);
  const SocketAddress address = proxy.address();
  std::atomic<bool> stop{false};
  std::atomic<bool> clients_are_done{false};
  const auto serve = [&clients_are_done](Backend& backend) {
    while (!clients_are_done) {
      if (!backend.called_within(10ms)) continue;
      Peer endpoint = backend.accept();
      endpoint.send(endpoint.receive(4));
      endpoint.end();
      EXPECT_TRUE(endpoint.at_end());
    }
  };
  std::thread first(serve, std::ref(backend_)), second(serve, std::ref(other_));
  std::atomic<int> served{0};
  std::thread load([&] {
    while (!stop) {
      Peer client = Peer::connect(address);
      client.send("ping");
      EXPECT_EQ(client.receive(4), "ping");
      client.end();
      EXPECT_TRUE(client.at_end());
      ++served;
    }
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(proxy.reload(i % 2 == 0 ? two : one), "");
    const int before = served;
    EXPECT_TRUE(eventually([&] { return served > before; }));
  }
  stop = true;
  load.join();
  clients_are_done = true;
  first.join();
  second.join();
}

}  // namespace
}  // namespace duplexd::test
