#include "core/net/proxy_header/proxy_header.hpp"

#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace std::string_view_literals;

const std::string line = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";

NetworkSet loopback_network() { return NetworkSet({*Network::parse("127.0.0.0/8")}); }

class ProxyHeaders : public testing::Test {
 protected:
  ProxyHeaders() { listener_.proxy_protocol = {.enabled = true, .from = loopback_network()}; }

  void expect_closed(Proxy& proxy, Peer& client, CloseReason reason) {
    (void)client.drain();  // by a reset, where it has sent something that nobody took
    EXPECT_EQ(proxy.end().reason, reason);
    EXPECT_FALSE(backend_.called_within(20ms)) << "an endpoint was dialled";
  }

  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  ListenerConfig& listener_ = config_.listeners[0];
};

TEST_F(ProxyHeaders, AddressInHeaderBecomesTheClients) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(line + "hello");
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive(5), "hello");
  client.close();
  endpoint.close();
  const SessionEnd end = proxy.end();
  EXPECT_EQ(end.client.to_string(), "192.0.2.7:4711");
  EXPECT_TRUE(end.via.to_string().starts_with("127.0.0.1:")) << end.via.to_string();
  EXPECT_EQ(end.upstream_bytes.read, 5u);
}

TEST_F(ProxyHeaders, HeaderMayComeByteByByte) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  for (const char byte : line + "hello") client.send(std::string_view(&byte, 1));
  EXPECT_EQ(backend_.accept().receive(5), "hello");
}

TEST_F(ProxyHeaders, EndpointMaySpeakFirst) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(line);
  Peer endpoint = backend_.accept();
  endpoint.send("220 ready");
  EXPECT_EQ(client.receive(9), "220 ready");
}

TEST_F(ProxyHeaders, BrokenHeaderReachesNoEndpoint) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 65536\r\n");
  expect_closed(proxy, client, CloseReason::bad_proxy_header);
  EXPECT_NE(proxy.end().words, "");
}

TEST_F(ProxyHeaders, RequiredHeaderMayNotBeMissing) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("GET / HTTP/1.0\r\n\r\n");
  expect_closed(proxy, client, CloseReason::bad_proxy_header);
}

TEST_F(ProxyHeaders, MissingHeaderIsDataWhereOptional) {
  listener_.proxy_protocol.mode = ProxyInConfig::Mode::optional;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(backend_.accept().receive(18), "GET / HTTP/1.0\r\n\r\n");
}

TEST_F(ProxyHeaders, StrangersHeaderIsDataWhereOptional) {
  listener_.proxy_protocol = {.enabled = true,
                              .from = NetworkSet({*Network::parse("127.0.0.9")}),
                              .mode = ProxyInConfig::Mode::optional};
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(line);
  EXPECT_EQ(backend_.accept().receive(line.size()), line);
}

TEST_F(ProxyHeaders, StrangersAreKeptOutWhereRequired) {
  listener_.proxy_protocol.from = NetworkSet({*Network::parse("127.0.0.9")});
  Proxy proxy(config_);
  Peer client = proxy.connect();
  expect_closed(proxy, client, CloseReason::bad_proxy_header);
}

TEST_F(ProxyHeaders, AccessAppliesToTheClientNamed) {
  listener_.access.deny = NetworkSet({*Network::parse("192.0.2.0/24")});
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(line);
  expect_closed(proxy, client, CloseReason::access_denied);
}

TEST_F(ProxyHeaders, SourceLimitConcernsTheNamedClient) {
  listener_.limits.per_source = 1;
  Proxy proxy(config_);
  Peer first = proxy.connect();
  first.send(line + "1");
  Peer endpoint = backend_.accept();
  Peer other = proxy.connect();
  other.send("PROXY TCP4 192.0.2.8 198.51.100.1 4711 443\r\n2");
  EXPECT_EQ(backend_.accept().receive(1), "2");
  Peer second = proxy.connect();
  second.send(line);
  (void)second.drain();
  first.close();
  endpoint.close();
  EXPECT_TRUE(eventually([&] {
    Peer again = proxy.connect();
    again.send(line);
    return backend_.called_within(50ms);
  }));
}

TEST_F(ProxyHeaders, SilentProxyIsGivenUp) {
  listener_.timeouts.handshake = listener_.timeouts.connect = 100ms;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("PROXY ");
  expect_closed(proxy, client, CloseReason::handshake_timeout);
}

TEST_F(ProxyHeaders, ProxyMayLeaveWithinItsHeader) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("PROXY ");
  client.end();
  expect_closed(proxy, client, CloseReason::client_left);
}

TEST_F(ProxyHeaders, LocalProxySpeaksForItself) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0hello"sv);
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive(5), "hello");
  client.close();
  endpoint.close();
  EXPECT_TRUE(proxy.end().client.to_string().starts_with("127.0.0.1:"));
}

TEST_F(ProxyHeaders, UnixProxiesAreTrusted) {
  const TemporaryDirectory directory;
  listener_.bind[0].address = directory.socket("listener");
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(line + "hello");
  EXPECT_EQ(backend_.accept().receive(5), "hello");
}

TEST_F(ProxyHeaders, EndpointIsToldTheNamedClient) {
  config_.upstreams[0].proxy_protocol = {.enabled = true, .version = ProxyVersion::v1};
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(line + "hello");
  EXPECT_EQ(backend_.accept().receive(line.size() + 5), line + "hello");
}

TEST_F(ProxyHeaders, ReceivedFieldsArePassedOn) {
  config_.upstreams[0].proxy_protocol = {.enabled = true, .send = {.received = true}};
  Proxy proxy(config_);
  Peer client = proxy.connect();
  const std::string address = "\xc0\0\2\7\xc6\x33\x64\1\x12\x67\1\xbb"s;
  const std::string header = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x12"s + address + "\xe0\0\3abc"s;
  client.send(header + "hello");
  EXPECT_EQ(backend_.accept().receive(header.size() + 5), header + "hello");
}

TEST_F(ProxyHeaders, EndpointIsToldThePlainClient) {
  listener_.proxy_protocol = {};
  config_.upstreams[0].proxy_protocol = {.enabled = true, .version = ProxyVersion::v1};
  Proxy proxy(config_);
  Peer client = proxy.connect();
  const std::string from = std::to_string(client.local().port());
  const std::string to = std::to_string(proxy.address().port());
  const std::string expected = "PROXY TCP4 127.0.0.1 127.0.0.1 " + from + " " + to + "\r\n";
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive(expected.size()), expected);
  endpoint.send("hello");
  EXPECT_EQ(client.receive(5), "hello");
}

TEST_F(ProxyHeaders, EveryEndpointTriedIsTold) {
  listener_.proxy_protocol = {};
  Backend gone;
  config_ = proxy_config({gone.address(), backend_.address()});
  gone.close();
  config_.upstreams[0].proxy_protocol = {.enabled = true, .version = ProxyVersion::v1};
  Proxy proxy(config_);
  Peer client = proxy.connect();
  EXPECT_EQ(backend_.accept().receive(6), "PROXY ");
}

}  // namespace
}  // namespace duplexd::test
