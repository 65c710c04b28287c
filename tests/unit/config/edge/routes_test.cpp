// Routes of a listener.
#include "core/config/difference.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::HasSubstr;

/// A listener with routes, as a list in braces, and two upstreams: `a` and `b`.
std::string routed(std::string_view routes, std::string_view more = "") {
  return "listeners:\n  web: {bind: \":443\", " + std::string(more) + "routes: " + std::string(routes) +
         "}\nupstreams: {a: {endpoints: \"h:1\"}, b: {endpoints: \"h:2\"}}";
}

const RouteConfig& only_route(const LoadedConfig& loaded) {
  return loaded.config->listeners.at(0).routes.at(0);
}

std::string what(std::string_view text) {
  const auto all = problem(text);
  return all.substr(all.find(": ") + 2);
}

TEST(Routes, ConditionsAreReadAsWritten) {
  const auto loaded = parse(routed(
      "[{sni: [A.Example, \"*.b.example\"], alpn: h2, source: [10.0.0.0/8, \"::1\"], destination_port: [443, "
      "8000-8100], upstream: b}, {reject: true}]"));
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  const auto& route = only_route(loaded);
  ASSERT_EQ(route.sni.size(), 2u);
  EXPECT_EQ(route.sni[0].to_string(), "a.example");
  EXPECT_EQ(route.sni[1].to_string(), "*.b.example");
  EXPECT_EQ(route.alpn, std::vector<std::string>{"h2"});
  EXPECT_TRUE(route.source.contains(Network::parse("10.1.2.3")->first));
  EXPECT_EQ(route.destination_port, (std::vector<PortRange>{{443, 443}, {8000, 8100}}));
  EXPECT_EQ(route.upstream, 1u);
  EXPECT_FALSE(route.reject);
  EXPECT_EQ(loaded.config->listeners[0].upstream, std::nullopt);
  EXPECT_TRUE(loaded.config->listeners[0].routes[1].reject);
  EXPECT_EQ(loaded.config->listeners[0].routes[1].upstream, std::nullopt);
}

TEST(Routes, OneMapAloneIsOneRoute) {
  const auto loaded = parse(routed("{sni: default, upstream: a}", "upstream: b, "));
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  EXPECT_EQ(only_route(loaded).upstream, 0u);
  EXPECT_EQ(loaded.config->listeners[0].upstream, 1u);
  EXPECT_EQ(upstreams_of(loaded.config->listeners[0]), (std::vector<std::size_t>{0, 1}));
}

TEST(Routes, StandBesideEndpointsOfTheListener) {
  const auto loaded = parse(routed("{sni: a.example, upstream: a}", "endpoints: \"h:3\", "));
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  EXPECT_EQ(loaded.config->upstreams.at(*loaded.config->listeners[0].upstream).name, "web");
}

TEST(Routes, DumpShowsEachKey) {
  const auto loaded = parse(routed("[{sni: [A.example, default], upstream: a}, {reject: true}]"));
  EXPECT_EQ(effective(loaded, "listeners.web.routes[0].sni"), "[a.example, default]  # test.yaml:2:33");
  EXPECT_EQ(effective(loaded, "listeners.web.routes[0].alpn"), "[]  # default");
  EXPECT_EQ(effective(loaded, "listeners.web.routes[0].upstream"), "a  # test.yaml:2:60");
  EXPECT_EQ(effective(loaded, "listeners.web.routes[1].reject"), "true  # test.yaml:2:75");
  EXPECT_EQ(effective(loaded, "listeners.web.routes[1].upstream"), "(none)");
  EXPECT_EQ(effective(loaded, "listeners.web.upstream"), "(none)");
}

TEST(Routes, UnknownUpstreamNamesItsPlace) {
  EXPECT_EQ(problem(routed("[{sni: x.example, upstream: aa}]")),
            "2:59: listeners.web.routes[0].upstream: 'aa' is no upstream; write a or b");
}

TEST(Routes, EveryRouteSaysWhereToGo) {
  EXPECT_EQ(what(routed("[{sni: x.example}]")),
            "listeners.web.routes[0]: 'upstream' is missing; write upstream: NAME, or reject: true");
  EXPECT_EQ(what(routed("[{upstream: a, reject: true}]")),
            "listeners.web.routes[0]: either 'upstream' or reject: true; leave one of them out");
  EXPECT_EQ(
      what(routed("[{reject: false}]")),
      "listeners.web.routes[0]: reject: false leaves open where these clients go; write upstream: NAME");
  EXPECT_EQ(what(routed("[]")),
            "listeners.web.routes: at least one route is needed where there is no upstream");
  EXPECT_EQ(problem(routed("[]", "upstream: a, ")), "");
}

TEST(Routes, WordAloneIsNoRoute) {
  EXPECT_THAT(what(routed("[a.example]")), HasSubstr("keys are expected below it: sni, alpn, source"));
}

TEST(Routes, MistakesInConditionsNameTheirRemedy) {
  const auto of = [](std::string_view condition) {
    return what(routed("[{" + std::string(condition) + ", upstream: a}]"));
  };
  EXPECT_EQ(of("sni: www.*.com"),
            "listeners.web.routes[0].sni: 'www.*.com' has a '*' that does not stand for all names below one; "
            "write www.example.com, \"*.example.com\" for all names below it, or default");
  EXPECT_THAT(of("sni: b\u00fccher.example"),
              HasSubstr("'b\u00fccher.example' is asked for in its ASCII form (xn--...); write"));
  EXPECT_THAT(of("sni: *.example.com"), HasSubstr("; put a name with a '*' in quotes: \"*.example.com\""));
  EXPECT_EQ(of("alpn: \"a b\""),
            "listeners.web.routes[0].alpn: 'a b' is no name of a protocol; write one such as h2, http/1.1 or "
            "acme-tls/1");
  EXPECT_EQ(of("source: nobody"),
            "listeners.web.routes[0].source: 'nobody' is no network: write '10.0.0.0/8' or '2001:db8::/32'");
  const std::string ports = "; write a port or a range of them, such as 443 or 8000-8100";
  const std::string path = "listeners.web.routes[0].destination_port: ";
  EXPECT_EQ(of("destination_port: 0"), path + "'0' is out of range" + ports);
  EXPECT_EQ(of("destination_port: 65536"), path + "'65536' is out of range" + ports);
  EXPECT_EQ(of("destination_port: 2-1"), path + "'2-1' runs backwards" + ports);
  EXPECT_EQ(of("destination_port: https"), path + "'https' is no port" + ports);
  EXPECT_EQ(of("destination_port: 1-"), path + "'1-' is no port" + ports);
}

/// "1 by 0": the second route is reported, because the first takes its clients; "": none is.
std::string unreached(std::string_view routes) {
  const auto text = problem(routed("[" + std::string(routes) + "]"));
  const auto index = text.find("routes["), by = text.find("because routes[");
  return text.empty() ? "" : text.substr(index + 7, 1) + " by " + text.substr(by + 15, 1);
}

TEST(Routes, UnreachableRouteIsRefused) {
  EXPECT_EQ(
      problem(routed("[{upstream: a}, {sni: x.example, upstream: b}]")),
      "2:47: listeners.web.routes[1]: no client comes to it, because routes[0] takes them all; write it "
      "before that one, or remove it");
  EXPECT_EQ(unreached("{sni: default, upstream: a}, {sni: x.example, upstream: b}"), "1 by 0");
  EXPECT_EQ(unreached("{sni: x.example, reject: true}, {upstream: a}, {sni: X.example, upstream: b}"),
            "2 by 0");
  EXPECT_EQ(unreached("{sni: \"*.example\", upstream: a}, {sni: [a.example, \"*.b.example\"], upstream: b}"),
            "1 by 0");
  EXPECT_EQ(unreached("{source: 10.0.0.0/8, upstream: a}, {source: 10.1.0.0/16, alpn: h2, upstream: b}"),
            "1 by 0");
  EXPECT_EQ(unreached("{destination_port: 1-9, upstream: a}, {destination_port: [3, 4-5], upstream: b}"),
            "1 by 0");
  EXPECT_EQ(unreached("{alpn: [h2, x], upstream: a}, {alpn: h2, upstream: b}"), "1 by 0");
}

TEST(Routes, RouteWithOwnClientsIsAccepted) {
  EXPECT_EQ(unreached("{sni: default, upstream: a}, {upstream: b}"), "") << "clients without TLS";
  EXPECT_EQ(unreached("{sni: \"*.example\", upstream: a}, {sni: example, upstream: b}"), "");
  EXPECT_EQ(unreached("{sni: a.example, alpn: h2, upstream: a}, {sni: a.example, upstream: b}"), "");
  EXPECT_EQ(unreached("{source: 10.1.0.0/16, upstream: a}, {source: 10.0.0.0/8, upstream: b}"), "");
  EXPECT_EQ(unreached("{destination_port: 3-5, upstream: a}, {destination_port: 1-9, upstream: b}"), "");
  EXPECT_EQ(unreached("{sni: a.example, upstream: a}, {source: 10.0.0.0/8, upstream: b}"), "");
}

TEST(Routes, ReloadNamesWhatChanged) {
  const auto before = parse(routed("[{sni: x.example, upstream: a}]"));
  const auto after = parse(routed("[{sni: x.example, upstream: b}, {source: 10.0.0.0/8, reject: true}]"));
  const auto changes = difference(before.effective, after.effective);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].path, "listeners.web.routes[0].upstream");
  EXPECT_EQ(changes[0].before, "a");
  EXPECT_EQ(changes[0].after, "b");
  EXPECT_EQ(changes[0].reload_class, ReloadClass::new_sessions);
  EXPECT_EQ(changes[0].listener, "web");
  EXPECT_EQ(changes[1].path, "listeners.web.routes[1]");
  EXPECT_EQ(changes[1].before, std::nullopt);
  EXPECT_EQ(changes[1].after, "source [10.0.0.0/8], reject true");
  EXPECT_EQ(changes[1].reload_class, ReloadClass::new_sessions);
}

TEST(Routes, TheyAreLimited) {
  std::string many;
  for (int i = 0; i <= 1000; ++i) many += "{sni: n" + std::to_string(i) + ", upstream: a}, ";
  EXPECT_EQ(what(routed("[" + many + "]")), "listeners.web.routes: more than 1000 routes");
}

TEST(Routes, WordsOfOtherProxiesGetHints) {
  EXPECT_THAT(problem(with("ssl_preread: on")), HasSubstr("; write routes instead"));
  EXPECT_THAT(problem(with("use_backend: a")), HasSubstr("; write upstream or routes instead"));
  EXPECT_THAT(what(routed("[{req.ssl_sni: x.example, use_backend: a}]")), HasSubstr("; write sni instead"));
  EXPECT_THAT(what(routed("[{server_names: x.example, backend: a}]")), HasSubstr("; write upstream instead"));
}

TEST(Routes, StarttlsIsOffOrPostgres) {
  EXPECT_EQ(parse(with("starttls: postgres")).config->listeners[0].starttls, StartTls::postgres);
  EXPECT_EQ(parse(with("")).config->listeners[0].starttls, StartTls::off);
  EXPECT_EQ(problem(with("starttls: smtp")),
            "5:15: listeners.web.starttls: 'smtp' is not allowed; write off or postgres");
}

TEST(Routes, UnixListenerNeedsRoutedPorts) {
  EXPECT_THAT(
      problem("listeners: {web: {bind: unix:/x.sock, routes: {upstream: a}}}\nupstreams: {a: {endpoints: "
              "\"10.0.0.1:*\"}}"),
      HasSubstr("is dialled at the port of the listener"));
}

}  // namespace
}  // namespace duplexd
