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

TEST(Limits, LetClientsWaitForAPlace) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.sessions = 2;
  Proxy proxy(config);
  std::vector<Pair> sessions = open_sessions(proxy, backend, 2);

  Peer waiting = proxy.connect();
  waiting.send("patience");
  EXPECT_FALSE(backend.called_within(300ms));
  EXPECT_EQ(proxy.listener().accepted, 2u);
  EXPECT_TRUE(eventually([&] { return proxy.listener().at_limit > 0; }));
  EXPECT_TRUE(eventually([&] { return notices_of(proxy, Notice::Kind::sessions_exhausted) > 0; }));
  EXPECT_LE(notices_of(proxy, Notice::Kind::sessions_exhausted), 2u) << "one of each worker at most";

  sessions.pop_back();
  Peer endpoint = backend.accept();
  EXPECT_EQ(endpoint.receive(8), "patience");
}

TEST(Limits, CrowdIsServedOneByOne) {
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

TEST(Limits, ProcessLimitHoldsOverAllListeners) {
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

// Workers share one queue there, and a client wakes only some of them.
TEST(Limits, LeaveNobodyWaitingAtSharedSockets) {
  const TemporaryDirectory directory;
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.workers = 4;
  config.listeners[0].bind[0].address = directory.socket("listener");
  config.listeners[0].limits.sessions = 3;
  Proxy proxy(config);
  constexpr std::size_t clients = 60;
  std::vector<Peer> crowd;
  for (std::size_t i = 0; i < clients; ++i) {
    crowd.push_back(proxy.connect());
    crowd.back().send("x");
    crowd.back().end();
  }
  for (std::size_t i = 0; i < clients; ++i) {
    Peer endpoint = backend.accept();
    EXPECT_EQ(endpoint.receive_all(), "x");
    endpoint.close();
  }
  EXPECT_EQ(proxy.reasons(clients)["client_finished"], clients);
}

TEST(Limits, RefusingLimitResetsClientsAtOnce) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.sessions = 2;
  config.listeners[0].limits.when_full = WhenFull::refuse;
  Proxy proxy(config);
  std::vector<Pair> sessions = open_sessions(proxy, backend, 2);
  constexpr std::size_t beyond = 50;
  for (std::size_t i = 0; i < beyond; ++i) {
    Peer client = proxy.connect();
    EXPECT_EQ(client.drain(), ECONNRESET);
  }
  EXPECT_EQ(proxy.reasons(beyond)["session_limit"], beyond);
  EXPECT_EQ(side_of(proxy.end().reason), Side::local);
  EXPECT_EQ(proxy.listener().at_limit, 0u) << "nobody waits";
  EXPECT_GE(notices_of(proxy, Notice::Kind::sessions_exhausted), 1u);

  close_in_order(sessions.back());
  (void)proxy.ends(beyond + 1);  // told when the place is free
  const Pair next = open_session(proxy, backend);
}

TEST(Limits, ProcessLimitRefusesPerListener) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.max_sessions = 1;
  config.listeners.push_back(config.listeners[0]);
  config.listeners[1].name = "second";
  config.listeners[1].limits.when_full = WhenFull::refuse;
  Proxy proxy(config);
  Pair session = open_session(proxy, backend);
  EXPECT_EQ(Peer::connect(proxy.address(1)).drain(), ECONNRESET);
  Peer waiting = Peer::connect(proxy.address(0));
  EXPECT_FALSE(waiting.readable_within(100ms)) << "the first listener lets clients wait";
  close_in_order(session);
  const Peer endpoint = backend.accept();
}

TEST(Limits, FullUnixListenerRefusesToo) {
  const TemporaryDirectory directory;
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0].address = directory.socket("listener");
  config.listeners[0].limits.sessions = 1;
  config.listeners[0].limits.when_full = WhenFull::refuse;
  Proxy proxy(config);
  const Pair session = open_session(proxy, backend);
  EXPECT_EQ(proxy.connect().drain(), 0) << "a Unix socket knows no reset";
  EXPECT_EQ(to_word(proxy.end().reason), "session_limit");
}

TEST(Limits, RefuseWhoWaitsAfterAReload) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.sessions = 1;
  Proxy proxy(config);
  const Pair session = open_session(proxy, backend);
  Peer waiting = proxy.connect();
  EXPECT_FALSE(waiting.readable_within(100ms));
  config.listeners[0].bind[0].address = address_of("127.0.0.1:0");
  config.listeners[0].limits.when_full = WhenFull::refuse;
  EXPECT_EQ(proxy.reload(config), "");
  EXPECT_EQ(waiting.drain(), ECONNRESET);
}

Peer from_source(const Proxy& proxy, const char* source) {
  return Peer::connect(proxy.address(), {.source = address_of(source)});
}

TEST(Limits, FullSourceLeavesOthersTheirPlaces) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.per_source = 2;
  Proxy proxy(config);
  std::vector<Pair> sessions;
  for (const char* source : {"127.0.0.2:0", "127.0.0.2:0", "127.0.0.3:0", "127.0.0.3:0"}) {
    Peer client = from_source(proxy, source);
    sessions.push_back({std::move(client), backend.accept()});
  }
  EXPECT_TRUE(from_source(proxy, "127.0.0.2:0").at_end());
  EXPECT_TRUE(from_source(proxy, "127.0.0.3:0").at_end());
  EXPECT_FALSE(backend.called_within(50ms));
  EXPECT_EQ(proxy.reasons(2)["source_limit"], 2u);
  EXPECT_EQ(proxy.listener().live, 4u);
}

TEST(Limits, EndedSessionsFreeTheirSource) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.per_source = 1;
  Proxy proxy(config);
  for (std::size_t i = 1; i <= 10; ++i) {
    Peer client = from_source(proxy, "127.0.0.2:0");
    Pair session{.client = std::move(client), .endpoint = backend.accept()};
    close_in_order(session);
    ASSERT_EQ(proxy.ends(i).size(), i);
  }
  EXPECT_EQ(proxy.reasons(10)["client_finished"], 10u);
}

TEST(Limits, UnservedSessionsFreeTheirSource) {
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

TEST(Limits, CountIpv6ClientsByTheirPrefix) {
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
TEST(Limits, MappedIpv4ClientsCountSeparately) {
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

TEST(Limits, SourceLimitIgnoresUnixClients) {
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
