#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/tls/secure_peer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// A listener that ends TLS for one client at a time.
class Handshakes : public testing::Test {
 protected:
  Handshakes() {
    ListenerTlsConfig& tls = listener_.tls;
    tls.enabled = true;
    tls.certificates.push_back({.certificate_file = directory_.write("pem", certificate_.certificate),
                                .key_file = directory_.write("key", certificate_.key)});
    listener_.limits.handshakes = 1;
  }
  Peer begin_handshake(const Proxy& proxy) const {
    Peer client = proxy.connect();
    client.send(hello_);
    return client;
  }
  static bool is_answered(const Peer& client) { return client.readable_within(patience); }
  /// One that keeps its place, and one that waits for it.
  std::vector<Peer> fill(Proxy& proxy) const {
    std::vector<Peer> clients;
    clients.push_back(begin_handshake(proxy));
    EXPECT_TRUE(is_answered(clients[0]));
    clients.push_back(begin_handshake(proxy));
    EXPECT_TRUE(eventually([&] { return proxy.listener().handshakes_waited == 1; }));
    EXPECT_FALSE(clients[1].readable_within(50ms));
    return clients;
  }
  void reload(Proxy& proxy) {
    listener_.bind.front().address = proxy.address();
    EXPECT_EQ(proxy.reload(config_), "");
  }

  TemporaryDirectory directory_;
  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  ListenerConfig& listener_ = config_.listeners[0];
  const Certificate certificate_ = certificate_for("www.example", 1h);
  const std::string hello_ = client_hello();
};

TEST_F(Handshakes, ThoseBeyondTheLimitWait) {
  Proxy proxy(config_);
  std::vector<Peer> clients = fill(proxy);
  clients[0].close();
  EXPECT_TRUE(is_answered(clients[1]));
  EXPECT_TRUE(eventually([&] {
    for (const Notice& notice : proxy.notices())
      if (notice.kind == Notice::Kind::handshakes_exhausted) return notice.count == 1;
    return false;
  }));
}

TEST_F(Handshakes, EndedOnesMakeRoom) {
  Proxy proxy(config_);
  for (int i = 0; i < 20; ++i) {
    SecurePeer client = SecurePeer::client(proxy.connect());
    client.send("hello");
    EXPECT_EQ(backend_.accept().receive(5), "hello");
  }
  EXPECT_EQ(proxy.listener().handshakes_waited, 0u);
}

// Their sessions stay, and relay.
TEST_F(Handshakes, SessionsThatRelayTakeNoPlace) {
  Proxy proxy(config_);
  SecurePeer first = SecurePeer::client(proxy.connect());
  Peer first_endpoint = backend_.accept();
  SecurePeer second = SecurePeer::client(proxy.connect());
  Peer second_endpoint = backend_.accept();
  first.send("a");
  second.send("b");
  EXPECT_EQ(first_endpoint.receive(1) + second_endpoint.receive(1), "ab");
}

TEST_F(Handshakes, SilentClientsTakeNoPlace) {
  Proxy proxy(config_);
  std::vector<Peer> silent;
  for (int i = 0; i < 5; ++i) silent.push_back(proxy.connect());
  ASSERT_TRUE(proxy.wait_for_live(5));
  SecurePeer client = SecurePeer::client(proxy.connect());
  client.send("hello");
  EXPECT_EQ(backend_.accept().receive(5), "hello");
}

TEST_F(Handshakes, TurnThatNeverComesIsTold) {
  Proxy proxy(config_);
  Peer first = begin_handshake(proxy);
  ASSERT_TRUE(is_answered(first));
  listener_.timeouts.handshake = listener_.timeouts.connect = 200ms;
  reload(proxy);
  Peer second = begin_handshake(proxy);
  EXPECT_TRUE(second.readable_within(patience));
  EXPECT_EQ(to_word(proxy.end().reason), "handshake_limit");
  first.close();
  EXPECT_TRUE(proxy.wait_for_live(0));
}

TEST_F(Handshakes, WaitingClientMayLeave) {
  Proxy proxy(config_);
  std::vector<Peer> clients = fill(proxy);
  clients[1].close();
  EXPECT_EQ(to_word(proxy.end().reason), "client_left");
  clients[1] = begin_handshake(proxy);
  EXPECT_FALSE(clients[1].readable_within(50ms));
  clients[0].reset();
  EXPECT_TRUE(is_answered(clients[1]));
}

TEST_F(Handshakes, ReloadRaisesTheLimit) {
  Proxy proxy(config_);
  const std::vector<Peer> clients = fill(proxy);
  listener_.limits.handshakes = 2;
  reload(proxy);
  EXPECT_TRUE(is_answered(clients[1]));
}

TEST_F(Handshakes, ReloadTakesTheLimitAway) {
  Proxy proxy(config_);
  const std::vector<Peer> clients = fill(proxy);
  listener_.limits.handshakes = 0;
  reload(proxy);
  EXPECT_TRUE(is_answered(clients[1]));
  EXPECT_TRUE(is_answered(begin_handshake(proxy)));
}

TEST_F(Handshakes, StopEndsThoseThatWait) {
  Proxy proxy(config_);
  const std::vector<Peer> clients = fill(proxy);
  proxy.abort();
  EXPECT_TRUE(proxy.wait_for_stopped());
  EXPECT_EQ(proxy.reasons(2)["stopped"], 2u);
}

TEST_F(Handshakes, TriedLimitHoldsNobody) {
  listener_.limits.dry_run = {Limit::handshakes};
  Proxy proxy(config_);
  Peer first = begin_handshake(proxy);
  EXPECT_TRUE(is_answered(first));
  Peer second = begin_handshake(proxy);
  EXPECT_TRUE(is_answered(second));
  const auto place = static_cast<std::size_t>(Limit::handshakes);
  EXPECT_TRUE(eventually([&] { return proxy.listener().beyond_tried[place] == 1; }));
  EXPECT_EQ(proxy.listener().handshakes_waited, 0u);
  second.close();
  EXPECT_EQ(proxy.end().beyond_tried, LimitSet{Limit::handshakes});
}

// Many come at once to both workers, and each has its turn.
TEST_F(Handshakes, CrowdIsServedInTurns) {
  listener_.limits.handshakes = 2;
  Proxy proxy(config_);
  std::vector<Peer> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(begin_handshake(proxy));
  for (Peer& client : clients) {
    ASSERT_TRUE(is_answered(client));
    client.close();
  }
  EXPECT_TRUE(proxy.wait_for_live(0));
}

}  // namespace
}  // namespace duplexd::test
