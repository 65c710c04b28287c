#include "core/net/client_hello/ssl_request.hpp"
#include "tests/support/proxy.hpp"
#include "tests/unit/net/client_hello/hello_bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;
using hello_bytes::asks_for;
using hello_bytes::hello_with;
using hello_bytes::offering;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Two upstreams: clients get the first, unless a route says otherwise.
class HelloRoutes : public testing::Test {
 protected:
  HelloRoutes() {
    config_.upstreams.push_back(proxy_config({other_.address()}).upstreams[0]);
    config_.upstreams[1].name = "other";
    add_route(asking_for("other.example"), 1);
  }

  static RouteConfig asking_for(const char* name) {
    RouteConfig route;
    route.sni.push_back(*NamePattern::parse(name));
    return route;
  }
  void add_route(RouteConfig route, std::optional<std::size_t> upstream) {
    route.upstream = upstream;
    route.reject = !upstream;
    listener_.routes.push_back(std::move(route));
  }

  void expect_goes_to(Backend& backend, std::string_view said) {
    Proxy proxy(config_);
    Peer client = proxy.connect();
    client.send(said);
    Peer endpoint = backend.accept();
    EXPECT_EQ(endpoint.receive(said.size()), said);
    endpoint.send("answer");
    EXPECT_EQ(client.receive(6), "answer");
  }
  SessionEnd expect_closed(std::string_view said) {
    Proxy proxy(config_);
    Peer client = proxy.connect();
    client.send(said);
    (void)client.drain();  // by a reset: nobody took what it has sent
    EXPECT_FALSE(backend_.called_within(20ms) || other_.called_within(0ms)) << "an endpoint was dialled";
    return proxy.end();
  }

  Backend backend_;
  Backend other_;
  Config config_ = proxy_config({backend_.address()});
  ListenerConfig& listener_ = config_.listeners[0];
};

TEST_F(HelloRoutes, NameChoosesTheUpstream) { expect_goes_to(other_, hello_with(asks_for("other.example"))); }

TEST_F(HelloRoutes, OtherNamesGoTheListenersWay) {
  expect_goes_to(backend_, hello_with(asks_for("www.example")));
}

TEST_F(HelloRoutes, PlainClientGoesTheListenersWay) { expect_goes_to(backend_, "SSH-2.0-client\r\n"); }

TEST_F(HelloRoutes, ProtocolChoosesTheUpstream) {
  listener_.routes.clear();
  add_route({.alpn = {"h2"}}, 1);
  expect_goes_to(other_, hello_with(offering({"http/1.1", "h2"})));
  expect_goes_to(backend_, hello_with(offering({"http/1.1"})));
}

TEST_F(HelloRoutes, HelloMayComeByteByByte) {
  Proxy proxy(config_);
  Peer client = proxy.connect();
  const std::string hello = hello_with(asks_for("other.example"));
  for (const char byte : hello) client.send(std::string_view(&byte, 1));
  EXPECT_EQ(other_.accept().receive(hello.size()), hello);
}

TEST_F(HelloRoutes, HelloIsLargerThanASegment) {
  const std::string padding = hello_bytes::extension(21, std::string(9000, '\0'));
  expect_goes_to(other_, hello_with(padding + asks_for("other.example")));
}

TEST_F(HelloRoutes, SourceNeedsNoHello) {
  listener_.routes.clear();
  add_route({.source = NetworkSet({*Network::parse("127.0.0.0/8")})}, 1);
  Proxy proxy(config_);
  Peer client = proxy.connect();
  other_.accept().send("server first");
  EXPECT_EQ(client.receive(12), "server first");
}

TEST_F(HelloRoutes, PortInTheProxyHeaderCounts) {
  listener_.proxy_protocol = {.enabled = true, .from = NetworkSet({*Network::parse("127.0.0.0/8")})};
  listener_.routes.clear();
  add_route({.destination_port = {{443, 443}}}, 1);
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\nhello");
  EXPECT_EQ(other_.accept().receive(5), "hello");
}

TEST_F(HelloRoutes, RejectedNameReachesNoEndpoint) {
  add_route(asking_for("bad.example"), std::nullopt);
  const SessionEnd end = expect_closed(hello_with(asks_for("bad.example")));
  EXPECT_EQ(end.reason, CloseReason::route_rejected);
  EXPECT_EQ(end.server_name.view(), "bad.example");
}

TEST_F(HelloRoutes, ClientWithoutARouteIsRefused) {
  listener_.upstream.reset();
  EXPECT_EQ(expect_closed(hello_with(asks_for("www.example"))).reason, CloseReason::no_route);
}

TEST_F(HelloRoutes, BrokenHelloReachesNoEndpoint) {
  std::string hello = hello_with(asks_for("other.example"));
  hello[6] = '\x7f';
  EXPECT_EQ(expect_closed(hello).reason, CloseReason::bad_client_hello);
}

TEST_F(HelloRoutes, SilentClientIsGivenUp) {
  listener_.timeouts.handshake = listener_.timeouts.connect = 100ms;
  EXPECT_EQ(expect_closed(hello_with(asks_for("other.example")).substr(0, 40)).reason,
            CloseReason::handshake_timeout);
}

TEST_F(HelloRoutes, PostgresClientIsRoutedByName) {
  listener_.starttls = StartTls::postgres;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(text_of(ssl_request));
  EXPECT_EQ(client.receive(1), "S");
  const std::string hello = hello_with(asks_for("other.example"));
  client.send(hello);
  Peer endpoint = other_.accept();
  EXPECT_EQ(endpoint.receive(ssl_request_bytes), text_of(ssl_request));
  endpoint.send("S");
  EXPECT_EQ(endpoint.receive(hello.size()), hello);
  endpoint.send("server hello");
  EXPECT_EQ(client.receive(12), "server hello");
}

TEST_F(HelloRoutes, UnwillingPostgresEndpointIsPassedOver) {
  listener_.starttls = StartTls::postgres;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(text_of(ssl_request));
  EXPECT_EQ(client.receive(1), "S");
  client.send(hello_with(asks_for("other.example")));
  Peer endpoint = other_.accept();
  EXPECT_EQ(endpoint.receive(ssl_request_bytes), text_of(ssl_request));
  endpoint.send("N");
  (void)client.drain();
  EXPECT_EQ(proxy.end().reason, CloseReason::endpoint_tls_failed);
}

TEST_F(HelloRoutes, PostgresClientWithoutTlsGoesThrough) {
  listener_.starttls = StartTls::postgres;
  expect_goes_to(backend_, std::string("\0\0\0\x08\0\x03\0\0", 8) + "user");
}

TEST_F(HelloRoutes, PostgresClientIsRefusedGssapi) {
  listener_.starttls = StartTls::postgres;
  Proxy proxy(config_);
  Peer client = proxy.connect();
  client.send(text_of(gssenc_request));
  EXPECT_EQ(client.receive(1), "N");
  client.send(text_of(ssl_request));
  EXPECT_EQ(client.receive(1), "S");
}

}  // namespace
}  // namespace duplexd::test
