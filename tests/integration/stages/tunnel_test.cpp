#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/tls/secure_peer.hpp"
#include "tests/support/tunnel_proxy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

EndpointConfig endpoint_of(std::string_view name) {
  return {.name = std::string(name), .address = *parse_endpoint(name)};
}

/// Endpoints behind a proxy, which the test acts.
class Tunnels : public testing::Test {
 protected:
  Tunnels() { reach({"db.internal:5432"}, TunnelProtocol::socks5); }

  void reach(const std::vector<std::string_view>& endpoints, TunnelProtocol protocol) {
    upstream_.endpoints.clear();
    for (const auto name : endpoints) upstream_.endpoints.push_back(endpoint_of(name));
    upstream_.via = {.enabled = true, .address = proxy_.address(), .tunnel = {.protocol = protocol}};
    upstream_.balance = Balance::first;
  }

  /// The end of a session to a proxy that has said this, and then nothing more.
  SessionEnd end_after(std::string_view answer, bool ends = true) {
    Proxy proxy(config_);
    Peer client = proxy.connect();
    Peer asking = proxy_.accept();
    asking.send(answer);
    if (ends) asking.end();
    EXPECT_TRUE(client.at_end());
    (void)asking.drain();
    return proxy.end();
  }

  Backend proxy_;
  Config config_ = proxy_config({proxy_.address()});
  UpstreamConfig& upstream_ = config_.upstreams[0];
  ListenerConfig& listener_ = config_.listeners[0];
};

TEST_F(Tunnels, EndpointBehindSocksMaySpeakFirst) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer asking = proxy_.accept();
  hear_socks(asking, "db.internal", 5432);
  asking.send(std::string(socks_yes) + "220 ready");
  EXPECT_EQ(client.receive(9), "220 ready");
  client.send("hello");
  EXPECT_EQ(asking.receive(5), "hello");
  client.end();
  EXPECT_TRUE(asking.at_end());
  asking.close();
  const SessionEnd end = proxy.end();
  EXPECT_EQ(end.endpoint, "db.internal:5432");
  EXPECT_EQ(end.endpoint_address, PeerAddress(proxy_.address()));
  EXPECT_EQ(end.downstream_bytes.read, 9u) << "the proxy's answer is not the endpoint's";
}

TEST_F(Tunnels, ConnectLeadsToAddress) {
  reach({"[2001:db8::1]:443"}, TunnelProtocol::connect);
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("hello");
  Peer asking = proxy_.accept();
  hear_connect(asking, "[2001:db8::1]:443");
  EXPECT_FALSE(asking.readable_within(20ms)) << "the client's bytes wait for the answer";
  asking.send(std::string(connect_yes) + "220 ready");
  EXPECT_EQ(asking.receive(5), "hello");
  EXPECT_EQ(client.receive(9), "220 ready");
}

TEST_F(Tunnels, AnswersMayComeByteByByte) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer asking = proxy_.accept();
  EXPECT_EQ(asking.receive(3), "\5\1\0"sv);
  for (const char byte : "\5\0"sv) asking.send({&byte, 1});
  (void)asking.receive(socks_request("db.internal", 5432).size());
  for (const char byte : std::string(socks_yes) + "220 ready") asking.send({&byte, 1});
  EXPECT_EQ(client.receive(9), "220 ready");
}

TEST_F(Tunnels, UserLogsIn) {
  upstream_.via.tunnel.user = "alice";
  upstream_.via.tunnel.password = "secret";
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer asking = proxy_.accept();
  EXPECT_EQ(asking.receive(4), "\5\2\0\2"sv);
  asking.send("\5\2");
  EXPECT_EQ(asking.receive(14), "\1\5alice\6secret"sv);
  asking.send("\1\0"sv);
  EXPECT_EQ(asking.receive(18), socks_request("db.internal", 5432));
}

TEST_F(Tunnels, PasswordMayBeInAFile) {
  const TemporaryDirectory directory;
  upstream_.via.tunnel.user = "alice";
  upstream_.via.password_file = directory.write("password", "secret\n");
  Proxy proxy(config_);
  const auto expect_password = [&](std::string_view login) {
    Peer client = proxy.connect();
    Peer asking = proxy_.accept();
    EXPECT_EQ(asking.receive(4), "\5\2\0\2"sv);
    asking.send("\5\2");
    EXPECT_EQ(asking.receive(login.size()), login);
    client.close();
    (void)asking.drain();
  };
  expect_password("\1\5alice\6secret");
  directory.write("password", "other");
  listener_.bind.front().address = proxy.address();
  EXPECT_EQ(proxy.reload(config_), "");
  expect_password("\1\5alice\5other");
  directory.write("password", "");
  EXPECT_NE(proxy.reload(config_).find("via.password_file"), std::string::npos);
}

TEST_F(Tunnels, RefusedEndpointLeadsToNext) {
  reach({"10.0.0.1:80", "10.0.0.2:80"}, TunnelProtocol::connect);
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer asking = proxy_.accept();
  hear_connect(asking, "10.0.0.1:80");
  asking.send("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n");
  Peer next = proxy_.accept();
  hear_connect(next, "10.0.0.2:80");
  next.send(connect_yes);
  client.send("hello");
  EXPECT_EQ(next.receive(5), "hello");
  const auto endpoints = proxy.totals().upstreams.front().endpoints;
  EXPECT_EQ(endpoints[0].connected, 0u);
  EXPECT_EQ(endpoints[0].failed[static_cast<std::size_t>(CloseReason::via_refused)], 1u);
  EXPECT_EQ(endpoints[1].connected, 1u);
  client.close();
  next.close();
  EXPECT_EQ(proxy.end().failed_attempts.begin()->reason, CloseReason::via_refused);
}

TEST_F(Tunnels, LastRefusalIsTold) {
  const SessionEnd end = end_after("\5\0\5\5"sv);
  EXPECT_EQ(end.reason, CloseReason::via_refused);
  EXPECT_EQ(end.endpoint_words.view(), "SOCKS5 reply 5: connection refused");
}

TEST_F(Tunnels, RefusedUserIsTold) {
  reach({"db:1"}, TunnelProtocol::connect);
  const SessionEnd end = end_after("HTTP/1.0 407 Proxy Authentication Required\r\n");
  EXPECT_EQ(end.reason, CloseReason::via_refused);
  EXPECT_EQ(end.endpoint_words.view(), "HTTP status 407: Proxy Authentication Required");
}

TEST_F(Tunnels, NonsenseIsNoProxy) {
  const SessionEnd end = end_after("SSH-2.0-x\r\n", false);
  EXPECT_EQ(end.reason, CloseReason::via_failed);
  EXPECT_EQ(end.endpoint_words.view(), "its answer is not SOCKS5");
}

TEST_F(Tunnels, ProxyThatEndsIsNone) {
  const SessionEnd end = end_after("\5");
  EXPECT_EQ(end.reason, CloseReason::via_failed);
  EXPECT_EQ(end.endpoint_words.view(), "it has ended the connection");
}

TEST_F(Tunnels, LongAnswerIsGivenUp) {
  reach({"db:1"}, TunnelProtocol::connect);
  const SessionEnd end = end_after("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'), false);
  EXPECT_EQ(end.reason, CloseReason::via_failed);
  EXPECT_EQ(end.endpoint_words.view(), "its answer is longer than 16 KiB");
}

TEST_F(Tunnels, ProxyThatResetsIsNone) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  proxy_.accept().reset();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(proxy.end().reason, CloseReason::via_failed);
  EXPECT_EQ(proxy.end().error, ECONNRESET);
}

TEST_F(Tunnels, SlowProxyIsGivenUp) {
  listener_.timeouts.connect = listener_.timeouts.handshake = 200ms;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer asking = proxy_.accept();
  asking.send("\5");
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(proxy.end().reason, CloseReason::via_failed);
  EXPECT_EQ(proxy.end().error, ETIMEDOUT);
}

TEST_F(Tunnels, SlowAttemptLeadsToNextEndpoint) {
  reach({"10.0.0.1:80", "10.0.0.2:80"}, TunnelProtocol::connect);
  listener_.timeouts.connect = 100ms;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer silent = proxy_.accept();
  Peer asking = proxy_.accept();
  hear_connect(asking, "10.0.0.2:80");
}

TEST_F(Tunnels, ProxyThatIsDownIsTold) {
  proxy_.close();
  Proxy proxy(config_);
  Peer client = proxy.connect();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(proxy.end().reason, CloseReason::via_failed);
  EXPECT_EQ(proxy.end().error, ECONNREFUSED);
}

TEST_F(Tunnels, EveryAddressOfProxyIsTried) {
  upstream_.via.address = HostPort{"[::1]+127.0.0.1", proxy_.address().port()};
  upstream_.resolve.required = false;
  Proxy proxy(config_);
  const auto has_come = [](const Notice& notice) { return notice.kind == Notice::Kind::resolve_changed; };
  ASSERT_TRUE(eventually([&] { return std::ranges::any_of(proxy.notices(), has_come); }));
  listener_.bind.front().address = proxy.address();
  ASSERT_EQ(proxy.reload(config_), "") << "every worker has the addresses now";
  Peer client = proxy.connect();
  Peer asking = proxy_.accept();
  hear_socks(asking, "db.internal", 5432);
  asking.send(std::string(socks_yes) + "220 ready");
  EXPECT_EQ(client.receive(9), "220 ready");
}

TEST_F(Tunnels, ProxyIsAskedForClientsPort) {
  reach({"db.internal:*"}, TunnelProtocol::connect);
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer asking = proxy_.accept();
  hear_connect(asking, "db.internal:" + std::to_string(proxy.address().port()));
}

TEST_F(Tunnels, HeaderAndTlsFollowTheAnswer) {
  const TemporaryDirectory directory;
  const Certificate certificate = certificate_for("db.internal", 1h);
  upstream_.proxy_protocol = {.enabled = true, .version = ProxyVersion::v1};
  upstream_.tls.enabled = true;
  upstream_.tls.peer.ca_file = directory.write("ca", certificate.certificate);
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer asking = proxy_.accept();
  hear_socks(asking, "db.internal", 5432);
  EXPECT_FALSE(asking.readable_within(20ms));
  asking.send(socks_yes);
  std::string header;
  while (!header.ends_with('\n')) header += asking.receive(1);
  EXPECT_TRUE(header.starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 ")) << header;
  SecurePeer endpoint = SecurePeer::endpoint(std::move(asking), {.certificate = &certificate});
  client.send("hello");
  EXPECT_EQ(endpoint.receive(5), "hello");
}

TEST_F(Tunnels, ReloadCountsForNewSessions) {
  Proxy proxy(config_);
  Peer before = proxy.connect();
  Peer asking = proxy_.accept();
  hear_socks(asking, "db.internal", 5432);
  Backend other;
  upstream_.via.address = other.address();
  upstream_.via.tunnel.protocol = TunnelProtocol::connect;
  listener_.bind.front().address = proxy.address();
  EXPECT_EQ(proxy.reload(config_), "");
  Peer after = proxy.connect();
  Peer asks_other = other.accept();
  hear_connect(asks_other, "db.internal:5432");
  asking.send(std::string(socks_yes) + "220 ready");
  EXPECT_EQ(before.receive(9), "220 ready") << "it goes on as it began";
}

TEST_F(Tunnels, ReloadMayTakeTheProxyAway) {
  Backend backend;
  reach({"10.0.0.1:80"}, TunnelProtocol::connect);
  upstream_.endpoints[0] = {.name = backend.address().to_string(), .address = backend.address()};
  Proxy proxy(config_);
  Peer before = proxy.connect();
  Peer asking = proxy_.accept();
  upstream_.via = {};
  listener_.bind.front().address = proxy.address();
  EXPECT_EQ(proxy.reload(config_), "");
  Peer after = proxy.connect();
  after.send("hello");
  EXPECT_EQ(backend.accept().receive(5), "hello");
  asking.send(std::string(connect_yes) + "220 ready");
  EXPECT_EQ(before.receive(9), "220 ready");
}

TEST_F(Tunnels, LimitIsThatOfTheEndpoint) {
  reach({"10.0.0.1:80", "10.0.0.2:80"}, TunnelProtocol::connect);
  upstream_.endpoints[0].max_sessions = 1;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  Peer first = proxy_.accept();
  hear_connect(first, "10.0.0.1:80");
  Peer other = proxy.connect();
  Peer second = proxy_.accept();
  hear_connect(second, "10.0.0.2:80");
}

}  // namespace
}  // namespace duplexd::test
