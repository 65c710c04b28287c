#include "tests/support/fake_names.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t many = 200;

bool refuses(const Proxy& proxy) try {
  (void)proxy.connect();
  return false;
} catch (const std::system_error& error) {
  return error.code() == std::errc::connection_refused;
}

// Clients may have come before the drain was heard of: their sessions have an endpoint that ends them.
bool stops_while_answering(const Proxy& proxy, Backend& backend) {
  return eventually([&] {
    if (backend.called_within(0ms)) backend.accept().close();
    return proxy.stopped();
  });
}

TEST(Drain, RefusesClientsWhileSessionsGoOn) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  std::vector<Pair> sessions = open_sessions(proxy, backend, many);
  proxy.drain();
  std::size_t came_before = 0;
  ASSERT_TRUE(eventually([&] { return refuses(proxy) || (++came_before, false); }));
  for (Pair& session : sessions) {
    session.client.send("still there?");
    EXPECT_EQ(session.endpoint.receive(12), "still there?");
    session.endpoint.send("yes");
    EXPECT_EQ(session.client.receive(3), "yes");
    close_in_order(session);
  }
  EXPECT_TRUE(stops_while_answering(proxy, backend));
  const Totals::Listener totals = proxy.listener();
  EXPECT_GE(totals.ended[static_cast<std::size_t>(CloseReason::client_finished)], many);
  EXPECT_LE(totals.accepted, many + came_before);
  EXPECT_TRUE(proxy.notices().empty());
}

TEST(Drain, EndsAtOnceWhenIdle) {
  Proxy proxy(proxy_config({loopback(1)}));
  proxy.drain();
  EXPECT_TRUE(proxy.wait_for_stopped());
}

TEST(Drain, EndsSessionsAtItsDeadline) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.drain = 300ms;
  Proxy proxy(config);
  std::vector<Pair> sessions = open_sessions(proxy, backend, many);
  sessions.erase(sessions.begin(), sessions.begin() + many / 2);
  ASSERT_EQ(proxy.ends(many / 2).size(), many / 2);
  proxy.drain();
  for (Pair& session : sessions) {
    EXPECT_TRUE(session.client.is_reset());
    EXPECT_TRUE(session.endpoint.is_reset());
  }
  EXPECT_TRUE(proxy.wait_for_stopped());
  EXPECT_EQ(proxy.reasons(many)["stopped"], many / 2);

  const std::vector<Notice> notices = proxy.notices();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, Notice::Kind::stop_incomplete);
  EXPECT_EQ(notices[0].count, many / 2);
}

TEST(Drain, ZeroDrainEndsSessionsAtOnce) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.drain = 0ms;
  Proxy proxy(config);
  std::vector<Pair> sessions = open_sessions(proxy, backend, many);
  proxy.drain();
  EXPECT_TRUE(proxy.wait_for_stopped());
  EXPECT_EQ(proxy.reasons(many)["stopped"], many);
}

TEST(Drain, AbortHurriesTheDrain) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.drain = 1h;
  Proxy proxy(config);
  std::vector<Pair> sessions = open_sessions(proxy, backend, many);
  proxy.drain();
  EXPECT_FALSE(sessions.front().client.readable_within(200ms));
  proxy.abort();
  EXPECT_TRUE(proxy.wait_for_stopped());
  EXPECT_EQ(proxy.reasons(many)["stopped"], many);
}

TEST(Drain, AbortsSessionsInEveryPhase) {
  const SilentBackend silent;
  Backend backend;
  Config config = proxy_config({silent.address(), backend.address()});
  Proxy proxy(config);
  std::vector<Peer> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(proxy.connect());
    clients.back().send("hello");
  }
  ASSERT_TRUE(proxy.wait_for_live(clients.size()));
  proxy.drain();
  proxy.abort();
  EXPECT_TRUE(proxy.wait_for_stopped());
  EXPECT_EQ(proxy.reasons(clients.size())["stopped"], clients.size());
}

TEST(Drain, LetsConnectingSessionsFinish) {
  const SilentBackend silent;
  Backend backend;
  Config config = proxy_config({silent.address(), backend.address()});
  config.workers = 1;
  config.listeners[0].timeouts.connect = 500ms;
  Proxy proxy(config);
  Peer client = proxy.connect();
  ASSERT_TRUE(proxy.wait_for_live(1));
  proxy.drain();
  client.send("hello");
  client.end();
  Peer endpoint = backend.accept();
  EXPECT_EQ(endpoint.receive_all(), "hello");
  endpoint.close();
  EXPECT_TRUE(proxy.wait_for_stopped());
  EXPECT_EQ(to_word(proxy.end().reason), "client_finished");
}

TEST(Drain, TurnsClientsAtALimitAway) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.sessions = 1;
  Proxy proxy(config);
  Pair session = open_session(proxy, backend);
  Peer waiting = proxy.connect();
  proxy.drain();
  EXPECT_EQ(waiting.drain(), ECONNRESET);
  close_in_order(session);
  EXPECT_TRUE(proxy.wait_for_stopped());
}

TEST(Drain, StoppedServersDrainAtOnce) {
  boost::asio::io_context control;
  Recorder recorder;
  FakeNames fake_names;
  NameService names(control, fake_names.source());
  CatalogService catalogs(control, names);
  Server server(control, std::make_shared<const Config>(proxy_config({loopback(1)})), recorder, names,
                catalogs);
  server.start();
  int reports = 0;
  server.drain([&] {
    ++reports;
    server.drain([&] { ++reports; });
  });
  auto work = boost::asio::make_work_guard(control);
  EXPECT_TRUE(eventually([&] {
    control.poll();
    return reports == 2;
  }));
}

}  // namespace
}  // namespace duplexd::test
