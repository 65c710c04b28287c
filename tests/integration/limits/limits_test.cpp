#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

std::size_t notices_of(const Proxy& proxy, Notice::Kind kind) {
  const std::vector<Notice> notices = proxy.notices();
  return static_cast<std::size_t>(std::ranges::count(notices, kind, &Notice::kind));
}

TEST(Limits, AClientAboveTheLimitWaitsAndIsServedWhenASessionEnds) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.sessions = 2;
  Proxy proxy(config);
  std::vector<Pair> sessions = open_sessions(proxy, backend, 2);

  Peer waiting = proxy.connect();
  waiting.send("patience");
  EXPECT_FALSE(backend.called_within(300ms));
  EXPECT_EQ(proxy.listener().accepted, 2u);
  EXPECT_GE(proxy.listener().at_limit, 1u);
  EXPECT_EQ(notices_of(proxy, Notice::Kind::sessions_exhausted), 1u);

  sessions.pop_back();
  Peer endpoint = backend.accept();
  EXPECT_EQ(endpoint.receive(8), "patience");
}

TEST(Limits, ACrowdIsServedInTheEndThroughOneSessionAtATime) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.sessions = 1;
  Proxy proxy(config);
  std::vector<Peer> crowd;
  for (int i = 0; i < 20; ++i) {
    crowd.push_back(proxy.connect());
    crowd.back().send("x");
    crowd.back().end();
  }
  for (int i = 0; i < 20; ++i) {
    Peer endpoint = backend.accept();
    EXPECT_EQ(endpoint.receive_all(), "x");
    EXPECT_FALSE(backend.called_within(5ms)) << "two sessions at once";
    endpoint.close();
  }
  EXPECT_EQ(proxy.reasons(20)["client_finished"], 20u);
}

TEST(Limits, OfTheProcessHoldOverAllListeners) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.max_sessions = 2;
  config.listeners.push_back(config.listeners[0]);
  config.listeners[1].name = "second";
  Proxy proxy(config);
  Peer first = Peer::connect(proxy.address(0));
  Peer first_endpoint = backend.accept();
  Peer second = Peer::connect(proxy.address(1));
  Peer second_endpoint = backend.accept();

  Peer third = Peer::connect(proxy.address(0));
  Peer fourth = Peer::connect(proxy.address(1));
  EXPECT_FALSE(backend.called_within(300ms));
  first.close();
  first_endpoint.close();
  Peer third_endpoint = backend.accept();
  second.close();
  second_endpoint.close();
  Peer fourth_endpoint = backend.accept();
  EXPECT_EQ(proxy.limits().sessions, 2u);
}

Peer connect_from(const Proxy& proxy, const char* source) {
  return Peer::connect(proxy.address(), {.source = address_of(source)});
}

TEST(Limits, OneSourceHasItsNumberOfSessionsAndOthersHaveTheirs) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.per_source = 2;
  Proxy proxy(config);
  std::vector<Pair> sessions;
  for (const char* source : {"127.0.0.2:0", "127.0.0.2:0", "127.0.0.3:0", "127.0.0.3:0"}) {
    Peer client = connect_from(proxy, source);
    sessions.push_back({std::move(client), backend.accept()});
  }
  EXPECT_TRUE(connect_from(proxy, "127.0.0.2:0").at_end());
  EXPECT_TRUE(connect_from(proxy, "127.0.0.3:0").at_end());
  EXPECT_FALSE(backend.called_within(50ms));
  EXPECT_EQ(proxy.reasons(2)["source_limit"], 2u);
  EXPECT_EQ(proxy.listener().live, 4u);
}

TEST(Limits, ASourceMayComeAgainWhenItsSessionHasEnded) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.per_source = 1;
  Proxy proxy(config);
  for (std::size_t i = 1; i <= 10; ++i) {
    Peer client = connect_from(proxy, "127.0.0.2:0");
    Pair session{.client = std::move(client), .endpoint = backend.accept()};
    close_in_order(session);
    ASSERT_EQ(proxy.ends(i).size(), i);
  }
  EXPECT_EQ(proxy.reasons(10)["client_finished"], 10u);
}

TEST(Limits, ASourceThatNoEndpointServesGivesItsPlaceBack) {
  const RefusingAddress refusing;
  Config config = proxy_config({refusing.address()});
  config.listeners[0].limits.per_source = 1;
  config.listeners[0].limits.sessions = 1;
  Proxy proxy(config);
  for (std::size_t i = 1; i <= 10; ++i) {
    EXPECT_TRUE(proxy.connect().at_end());
    ASSERT_EQ(proxy.ends(i).size(), i);
  }
  EXPECT_EQ(proxy.reasons(10)["connect_refused"], 10u);
}

TEST(Limits, IPv6ClientsOfOnePrefixAreOneSource) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0].address = address_of("[::1]:0");
  config.listeners[0].limits.per_source = 1;
  Proxy proxy(config);
  const Pair session = open_session(proxy, backend);
  EXPECT_TRUE(proxy.connect().at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "source_limit");
}

// ::ffff:127.0.0.2 and ::ffff:127.0.0.3 have their first 64 bits in common.
TEST(Limits, IPv4ClientsOfADualStackListenerAreSourcesOfTheirOwn) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0] = {BindAddress::Kind::dual_stack, SocketAddress::any(AF_INET6, 0), {}};
  config.listeners[0].limits.per_source = 1;
  Proxy proxy(config);
  const SocketAddress by_ipv4 = loopback(proxy.address().port());
  Peer first = Peer::connect(by_ipv4, {.source = address_of("127.0.0.2:0")});
  Peer first_endpoint = backend.accept();
  Peer second = Peer::connect(by_ipv4, {.source = address_of("127.0.0.3:0")});
  Peer second_endpoint = backend.accept();
  EXPECT_TRUE(Peer::connect(by_ipv4, {.source = address_of("127.0.0.2:0")}).at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "source_limit");
}

TEST(Limits, UnixClientsHaveNoSourceToCount) {
  const TemporaryDirectory directory;
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0].address = directory.socket("listener");
  config.listeners[0].limits.per_source = 1;
  Proxy proxy(config);
  const std::vector<Pair> sessions = open_sessions(proxy, backend, 3);
  EXPECT_EQ(proxy.listener().live, 3u);
}

}  // namespace
}  // namespace duplexd::test
