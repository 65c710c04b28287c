// Which route takes a client.
#include "core/session/routing/route_choice.hpp"

#include "tests/unit/net/client_hello/hello_bytes.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace duplexd {
namespace {

using namespace hello_bytes;

std::vector<NamePattern> names(std::initializer_list<std::string_view> texts) {
  std::vector<NamePattern> all;
  for (const auto text : texts) all.push_back(*NamePattern::parse(text));
  return all;
}

NetworkSet networks(std::string_view text) { return NetworkSet({*Network::parse(text)}); }

PeerAddress peer(std::string_view text) { return PeerAddress(*SocketAddress::parse(text)); }

ClientHello hello_of(std::string_view name, std::initializer_list<std::string_view> protocols = {"h2"}) {
  return reading_of(hello_with((name.empty() ? "" : asks_for(name)) + offering(protocols))).hello;
}

class RouteChoiceTest : public testing::Test {
 protected:
  void add(RouteConfig route) { routes_.push_back(std::move(route)); }

  /// The index of the route that takes the client; -1: none does.
  long chosen(const Asked& asked) const {
    const auto* route = choose_route(routes_, asked);
    return route ? route - routes_.data() : -1;
  }
  long chosen(const ClientHello& hello) const { return chosen({.hello = &hello}); }
  long for_name(std::string_view name) const { return chosen(hello_of(name)); }

  std::vector<RouteConfig> routes_;
};

TEST_F(RouteChoiceTest, NoRouteTakesNobody) {
  EXPECT_EQ(for_name("a.example"), -1);
  EXPECT_EQ(chosen(Asked{}), -1);
  EXPECT_FALSE(may_need_hello(routes_));
  EXPECT_FALSE(needs_hello(routes_, {}));
}

TEST_F(RouteChoiceTest, RouteWithoutConditionsTakesAll) {
  add({});
  EXPECT_EQ(for_name("a.example"), 0);
  EXPECT_EQ(chosen(Asked{}), 0);
  EXPECT_FALSE(may_need_hello(routes_));
}

TEST_F(RouteChoiceTest, FirstRouteThatTakesWins) {
  add({.sni = names({"a.example"})});
  add({.sni = names({"*.example"})});
  add({.sni = names({"a.example", "b.org"})});
  EXPECT_EQ(for_name("a.example"), 0);
  EXPECT_EQ(for_name("b.example"), 1);
  EXPECT_EQ(for_name("b.org"), 2);
  EXPECT_EQ(for_name("c.org"), -1);
}

TEST_F(RouteChoiceTest, DefaultNeedsTlsAndNoName) {
  add({.sni = names({"default"})});
  EXPECT_EQ(for_name("any.example"), 0);
  EXPECT_EQ(for_name(""), 0);
  EXPECT_EQ(chosen(Asked{}), -1);
}

TEST_F(RouteChoiceTest, AnyOfTheOfferedProtocolsCounts) {
  add({.alpn = {"acme-tls/1", "h2"}});
  EXPECT_EQ(chosen(hello_of("a.example", {"http/1.1", "h2"})), 0);
  EXPECT_EQ(chosen(hello_of("", {"acme-tls/1"})), 0);
  EXPECT_EQ(chosen(hello_of("a.example", {"http/1.1"})), -1);
  EXPECT_EQ(chosen(Asked{}), -1);
}

TEST_F(RouteChoiceTest, SourceHoldsTheClientAddress) {
  add({.source = networks("10.0.0.0/8")});
  EXPECT_EQ(chosen({.client = peer("10.1.2.3:9")}), 0);
  EXPECT_EQ(chosen({.client = peer("[::ffff:10.1.2.3]:9")}), 0);
  EXPECT_EQ(chosen({.client = peer("11.0.0.1:9")}), -1);
  EXPECT_EQ(chosen({.client = peer("[2001:db8::1]:9")}), -1);
  EXPECT_EQ(chosen({.client = peer("unix:/run/x.sock")}), -1);
}

TEST_F(RouteChoiceTest, PortsIncludeBothEnds) {
  add({.destination_port = {{443, 443}, {8000, 8100}}});
  for (const auto port : std::vector<std::uint16_t>{443, 8000, 8050, 8100})
    EXPECT_EQ(chosen({.destination_port = port}), 0) << port;
  for (const auto port : std::vector<std::uint16_t>{0, 442, 444, 7999, 8101})
    EXPECT_EQ(chosen({.destination_port = port}), -1) << port;
}

TEST_F(RouteChoiceTest, AllConditionsHaveToHold) {
  add({.sni = names({"a.example"}),
       .alpn = {"h2"},
       .source = networks("10.0.0.0/8"),
       .destination_port = {{443, 443}}});
  const auto right = hello_of("a.example"), other_name = hello_of("b.example"),
             other = hello_of("a.example", {"x"});
  const auto from = peer("10.0.0.1:9");
  EXPECT_EQ(chosen({from, 443, &right}), 0);
  EXPECT_EQ(chosen({from, 443, &other_name}), -1);
  EXPECT_EQ(chosen({from, 443, &other}), -1);
  EXPECT_EQ(chosen({from, 444, &right}), -1);
  EXPECT_EQ(chosen({peer("11.0.0.1:9"), 443, &right}), -1);
  EXPECT_EQ(chosen({from, 443, nullptr}), -1);
}

TEST_F(RouteChoiceTest, HelloIsNeededWhereItDecides) {
  add({.source = networks("10.0.0.0/8")});
  add({.sni = names({"a.example"}), .destination_port = {{443, 443}}});
  add({});
  EXPECT_TRUE(may_need_hello(routes_));
  EXPECT_FALSE(needs_hello(routes_, {.client = peer("10.0.0.1:9"), .destination_port = 443}));
  EXPECT_TRUE(needs_hello(routes_, {.client = peer("11.0.0.1:9"), .destination_port = 443}));
  EXPECT_FALSE(needs_hello(routes_, {.client = peer("11.0.0.1:9"), .destination_port = 5432}));
}

TEST_F(RouteChoiceTest, UnneededHelloChangesNoChoice) {
  add({.source = networks("10.0.0.0/8")});
  add({.sni = names({"a.example"}), .destination_port = {{443, 443}}});
  add({.alpn = {"h2"}, .source = networks("12.0.0.0/8")});
  const auto hello = hello_of("a.example");
  for (const auto client : {"10.0.0.1:9", "11.0.0.1:9", "12.0.0.1:9"})
    for (const auto port : std::vector<std::uint16_t>{443, 5432}) {
      const Asked with{peer(client), port, &hello}, without{peer(client), port, nullptr};
      if (needs_hello(routes_, without)) continue;
      EXPECT_EQ(chosen(with), chosen(without)) << client << " " << port;
    }
}

TEST(MismatchTest, FirstConditionThatFailsIsNamed) {
  const RouteConfig route{.sni = names({"a.example"}),
                          .alpn = {"h2"},
                          .source = networks("10.0.0.0/8"),
                          .destination_port = {{443, 443}}};
  const ClientHello good = hello_of("a.example"), other_name = hello_of("b.example"),
                    other_protocol = hello_of("a.example", {"http/1.1"});
  const PeerAddress inside = peer("10.0.0.1:1");
  EXPECT_EQ(mismatch_of(route, {inside, 443, &good}), Mismatch::none);
  EXPECT_EQ(mismatch_of(route, {inside, 80, &good}), Mismatch::destination_port);
  EXPECT_EQ(mismatch_of(route, {peer("192.0.2.1:1"), 443, &good}), Mismatch::source);
  EXPECT_EQ(mismatch_of(route, {inside, 443, nullptr}), Mismatch::no_hello);
  EXPECT_EQ(mismatch_of(route, {inside, 443, &other_name}), Mismatch::sni);
  EXPECT_EQ(mismatch_of(route, {inside, 443, &other_protocol}), Mismatch::alpn);
}

}  // namespace
}  // namespace duplexd
