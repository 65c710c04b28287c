// Multipath TCP on both legs.
#include "core/net/socket/options/network_options.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <thread>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

Peer mptcp_client(const SocketAddress& to) {
  FileDescriptor socket(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
  if (::connect(socket.get(), to.data(), to.size()) != 0) throw std::runtime_error("cannot connect");
  return Peer(std::move(socket));
}

class Mptcp : public testing::Test {
 protected:
  void SetUp() override {
    if (!makes_mptcp({.mptcp = true})) GTEST_SKIP() << "this host has no MPTCP";
  }
  /// With an endpoint that speaks MPTCP as well.
  Config config() {
    Config config = proxy_config({endpoint_.address()});
    config.listeners[0].client.network.mptcp = true;
    config.upstreams[0].endpoint.network.mptcp = true;
    return config;
  }
  Pair open(const Proxy& proxy) {
    Peer client = mptcp_client(proxy.address());
    return {std::move(client), endpoint_.accept()};
  }

  Backend endpoint_{loopback(), 1024, IPPROTO_MPTCP};
};

TEST_F(Mptcp, SessionHasItOnBothLegs) {
  Proxy proxy(config());
  Pair session = open(proxy);
  EXPECT_TRUE(is_mptcp(session.endpoint.fd()));
  EXPECT_TRUE(is_mptcp(session.client.fd()));
  session.client.send("ping");
  EXPECT_EQ(session.endpoint.receive(4), "ping");
  close_in_order(session);
  EXPECT_EQ(to_word(proxy.end().reason), "client_finished");
}

TEST_F(Mptcp, PeersWithoutItAreServed) {
  Backend plain;
  Config without = config();
  without.upstreams[0].endpoints = proxy_config({plain.address()}).upstreams[0].endpoints;
  Proxy proxy(without);
  Pair session = open_session(proxy, plain);
  session.client.send("ping");
  EXPECT_EQ(session.endpoint.receive(4), "ping");
  close_in_order(session);
}

TEST_F(Mptcp, BulkArrivesWhole) {
  const std::string bytes = pattern(8 << 20);
  for (const ZeroCopy zero_copy : {ZeroCopy::automatic, ZeroCopy::off}) {
    Config bulk = config();
    bulk.listeners[0].zero_copy = zero_copy;
    Proxy proxy(bulk);
    Pair session = open(proxy);
    std::thread sender([&] {
      session.client.send(bytes);
      session.client.end();
    });
    std::thread answer([&] {
      session.endpoint.send(bytes);
      session.endpoint.end();
    });
    std::string there;
    std::thread receiver([&] { there = session.endpoint.receive_all(); });
    const std::string back = session.client.receive_all();
    for (std::thread* each : {&sender, &answer, &receiver}) each->join();
    EXPECT_TRUE(there == bytes);
    EXPECT_TRUE(back == bytes);
    const SessionEnd end = proxy.end();
    EXPECT_EQ(end.upstream_bytes.read, bytes.size());
    session = {};
  }
}

TEST_F(Mptcp, EndsAreForwarded) {
  Proxy proxy(config());
  Pair session = open(proxy);
  session.client.send("request");
  session.client.end();
  EXPECT_EQ(session.endpoint.receive_all(), "request");
  session.endpoint.send("answer");
  session.endpoint.close();
  EXPECT_EQ(session.client.receive_all(), "answer");
  session.client.close();
  EXPECT_EQ(to_word(proxy.end().reason), "client_finished");
}

TEST_F(Mptcp, ResetsEndSessions) {
  Proxy proxy(config());
  Pair session = open(proxy);
  session.client.send("x");
  session.endpoint.receive(1);
  session.client.reset();
  EXPECT_NE(session.endpoint.drain(), 0) << "no orderly end";
  EXPECT_EQ(to_word(proxy.end().reason), "client_reset");
}

TEST_F(Mptcp, RefusalIsTold) {
  const SocketAddress nobody = endpoint_.address();
  Config refused = config();
  endpoint_.close();
  Proxy proxy(refused);
  const Peer client = mptcp_client(proxy.address());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "connect_refused") << nobody.to_string();
}

TEST_F(Mptcp, PausedListenerRefusesAndResumes) {
  Proxy proxy(config());
  const SocketAddress at = proxy.address();
  {
    Pair session = open(proxy);
    close_in_order(session);
  }
  for (int i = 0; i < 2; ++i) {
    proxy.pause();
    EXPECT_THROW(mptcp_client(at), std::runtime_error);
    EXPECT_THROW(Peer::connect(at), std::exception);
    proxy.resume();
    Pair session = open(proxy);
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
    close_in_order(session);
  }
}

TEST_F(Mptcp, ReloadSwitchesItOnAndOff) {
  Config switched = config();
  switched.listeners[0].client.network.mptcp = false;
  Proxy proxy(switched);
  switched.listeners[0].bind[0].address = proxy.address();
  for (const bool on : {true, false, true}) {
    switched.listeners[0].client.network.mptcp = on;
    ASSERT_EQ(proxy.reload(switched), "");
    Pair session = open(proxy);
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
    close_in_order(session);
  }
}

TEST_F(Mptcp, AddressesMayOverlap) {
  Config overlapping = config();
  Proxy proxy(overlapping);
  overlapping.listeners[0].bind[0].address = proxy.address();
  overlapping.listeners.push_back(overlapping.listeners[0]);
  overlapping.listeners[1].name = "wide";
  overlapping.listeners[1].bind[0].address = SocketAddress::any(AF_INET, proxy.address().port());
  EXPECT_EQ(proxy.reload(overlapping), "");
  Pair session = open(proxy);
  close_in_order(session);
}

}  // namespace
}  // namespace duplexd::test
