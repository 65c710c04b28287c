#include "tests/integration/handover/two_proxies.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/tls/secure_peer.hpp"
#include "tests/unit/net/client_hello/hello_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd::test {
namespace {

const std::string line = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";
const std::string hello = hello_bytes::hello_with(hello_bytes::asks_for("www.example"));

/// A listener that waits for a PROXY header and a ClientHello.
class MovedGreetings : public TwoProxies {
 protected:
  Config config() const override {
    Config config = TwoProxies::config();
    ListenerConfig& listener = config.listeners[0];
    listener.proxy_protocol = {.enabled = true, .from = NetworkSet({*Network::parse("127.0.0.0/8")})};
    RouteConfig route;
    route.sni.push_back(*NamePattern::parse("www.example"));
    route.upstream = 0;
    listener.routes.push_back(route);
    listener.upstream.reset();
    return config;
  }

  /// The session is served by the taker, which knows who its client is.
  void expect_served(Peer& client) {
    Peer endpoint = backend_.accept();
    EXPECT_EQ(endpoint.receive(hello.size()), hello);
    endpoint.close();
    client.close();
    const SessionEnd end = taker_->end();
    EXPECT_EQ(end.client.to_string(), "192.0.2.7:4711");
    EXPECT_EQ(end.moves, 1u);
  }
};

TEST_F(MovedGreetings, SilentClientIsWaitedForAnew) {
  Peer client = giver_->connect();
  EXPECT_TRUE(giver_->wait_for_live(1));
  move_to(config());
  client.send(line + hello);
  expect_served(client);
}

TEST_F(MovedGreetings, SilentClientIsEndedInTime) {
  Config hurried = config();
  hurried.listeners[0].timeouts.connect = hurried.listeners[0].timeouts.handshake =
      std::chrono::milliseconds(500);
  ASSERT_EQ(giver_->reload(hurried), "");
  Peer client = giver_->connect();
  EXPECT_TRUE(giver_->wait_for_live(1));
  move_to(hurried);
  EXPECT_EQ(taker_->end().reason, CloseReason::handshake_timeout);
}

TEST_F(MovedGreetings, HalfAHeaderIsCompleted) {
  Peer client = giver_->connect();
  client.send(line.substr(0, 20));
  EXPECT_TRUE(giver_->wait_for_live(1));
  move_to(config());
  client.send(line.substr(20) + hello);
  expect_served(client);
}

TEST_F(MovedGreetings, HeaderOfBeforeStillCounts) {
  Peer client = giver_->connect();
  client.send(line);
  EXPECT_TRUE(giver_->wait_for_live(1));
  move_to(config());
  client.send(hello);
  expect_served(client);
}

class MovedTls : public TwoProxies {
 protected:
  Config config() const override {
    Config config = TwoProxies::config();
    ListenerTlsConfig& tls = config.listeners[0].tls;
    tls.enabled = true;
    tls.certificates.push_back({.certificate_file = directory_.write("certificate", certificate_.certificate),
                                .key_file = directory_.write("key", certificate_.key)});
    return config;
  }

  const TemporaryDirectory directory_;
  const Certificate certificate_ = certificate_for("www.example", std::chrono::hours(1));
};

TEST_F(MovedTls, SessionStaysWithItsProcess) {
  SecurePeer client = SecurePeer::client(giver_->connect());
  Peer endpoint = backend_.accept();
  hand_over();
  client.send("still here");
  EXPECT_EQ(endpoint.receive(10), "still here");
  SecurePeer next = SecurePeer::client(taker_->connect());
  Peer of_next = backend_.accept();
  next.send("hello");
  EXPECT_EQ(of_next.receive(5), "hello");
  client.end();
  endpoint.close();
  EXPECT_EQ(giver_->end().moves, 0u);
}

// The client that has its place stays, and holds nobody up in the other process.
TEST_F(MovedTls, ThoseThatWaitGoOnElsewhere) {
  Config limited = config();
  limited.listeners[0].limits.handshakes = 1;
  ASSERT_EQ(giver_->reload(limited), "");
  Peer stalled = giver_->connect();
  stalled.send(client_hello());
  ASSERT_TRUE(stalled.readable_within(patience));
  Peer waiting = giver_->connect();
  waiting.send(client_hello());
  ASSERT_TRUE(eventually([&] { return giver_->listener().handshakes_waited == 1; }));
  hand_over(limited);
  EXPECT_TRUE(waiting.readable_within(patience));
  EXPECT_EQ(taker_->listener().live, 1u);
}

}  // namespace
}  // namespace duplexd::test
