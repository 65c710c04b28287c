#include "core/reload/explain/explain.hpp"

#include "core/config/loader.hpp"
#include "tests/unit/reload/generation_world.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace duplexd::test {
namespace {

using testing::HasSubstr;
using End = ExplainedEnd;
using Step = Greeting::Step;

class ExplainTest : public GenerationWorld {
 protected:
  void serve(const std::string& listener) {
    const auto loaded = parse_config("listeners:\n  web:\n    bind: '127.0.0.1:0'\n" + listener +
                                         "\nupstreams:\n  pool: {endpoints: ['127.0.0.1:9']}\n"
                                         "  other: {endpoints: ['127.0.0.1:10']}\n",
                                     "test.yaml", [](std::string_view) { return std::nullopt; });
    ASSERT_TRUE(loaded.config) << loaded.problems.front().what;
    process_.sessions.set_most(100);
    served_ = make(*loaded.config);
    served_->commit(nullptr);
  }
  ExplainResult ask(const ExplainQuestion& question) { return explain(*served_, process_, question); }
  ExplainResult ask(std::string_view client, std::optional<std::string> name = {}) {
    return ask(
        {.listener = "web", .client = PeerAddress(address_of(client)), .server_name = std::move(name)});
  }
  ListenerAccount& account() { return *served_->listeners().front().account; }

  std::unique_ptr<Generation> served_;
};

TEST_F(ExplainTest, PlainClientIsServed) {
  serve("    upstream: pool");
  const auto told = ask("192.0.2.1:1");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->end.kind, End::Kind::served);
  EXPECT_EQ(told->upstream->name, "pool");
  EXPECT_TRUE(told->greeting.empty());
  ASSERT_EQ(told->limits.size(), 1u) << "that of the process";
  EXPECT_EQ(told->limits[0].most, 100u);
}

TEST_F(ExplainTest, FirstRefusalCounts) {
  serve(
      "    upstream: pool\n    access: {deny: [192.0.2.0/24]}\n    limits: {sessions: 1, when_full: refuse}");
  EXPECT_EQ(ask("192.0.2.1:1")->end.reason, CloseReason::access_denied);
  EXPECT_EQ(ask("10.0.0.1:1")->end.kind, End::Kind::served);
  account().sessions.take();
  EXPECT_EQ(ask("192.0.2.1:1")->end.reason, CloseReason::session_limit);
  EXPECT_EQ(ask("192.0.2.1:1")->access, AccessRule::denied) << "told all the same";
}

TEST_F(ExplainTest, ReachedLimitsMakeClientsWait) {
  serve("    upstream: pool\n    limits: {sessions: 1, rate: 1}");
  account().sessions.take();
  const auto told = ask("10.0.0.1:1");
  EXPECT_EQ(told->end.kind, End::Kind::waits);
  EXPECT_EQ(told->limits[1].path, "listeners.web.limits.sessions");
  EXPECT_EQ(told->limits[1].says, ExplainedLimit::Says::wait);
  EXPECT_EQ(told->limits[1].used, 1u);
  EXPECT_EQ(told->limits[2].says, ExplainedLimit::Says::pass);
}

TEST_F(ExplainTest, TriedLimitsRefuseNobody) {
  serve("    upstream: pool\n    limits: {sessions: 1, dry_run: true}");
  account().sessions.take();
  EXPECT_EQ(ask("10.0.0.1:1")->end.kind, End::Kind::served);
  EXPECT_EQ(ask("10.0.0.1:1")->limits[1].says, ExplainedLimit::Says::tried);
}

TEST_F(ExplainTest, LimitsOfSourcesAreNotTaken) {
  serve("    upstream: pool\n    limits: {per_source: 1, per_source_rate: 1}");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("10.0.0.1:1")->end.kind, End::Kind::served);
  const SourceLimits& sources = served_->listeners().front().sources;
  (void)sources.sessions->take(PeerAddress(address_of("10.0.0.1:1")));
  EXPECT_EQ(ask("10.0.0.1:2")->end.reason, CloseReason::source_limit);
  EXPECT_EQ(ask("10.0.0.2:2")->end.kind, End::Kind::served);
}

TEST_F(ExplainTest, RoutesEndAtTheChosen) {
  serve("    routes: [{sni: a.example, upstream: pool}, {sni: b.example, upstream: other}, {reject: true}]");
  const auto told = ask("10.0.0.1:1", "b.example");
  ASSERT_EQ(told->routes.size(), 2u);
  EXPECT_EQ(told->routes[0].mismatch, Mismatch::sni);
  EXPECT_EQ(told->routes[1].mismatch, Mismatch::none);
  EXPECT_EQ(told->upstream->name, "other");
  EXPECT_EQ(told->greeting, std::vector{Step::hello});
  EXPECT_EQ(ask("10.0.0.1:1")->end.reason, CloseReason::route_rejected) << "without TLS";
}

TEST_F(ExplainTest, ClientsOfNoRouteAreRefused) {
  serve("    routes: [{source: 10.0.0.0/8, upstream: pool}]");
  EXPECT_EQ(ask("192.0.2.1:1")->end.reason, CloseReason::no_route);
  EXPECT_TRUE(ask("10.0.0.1:1")->greeting.empty());
}

TEST_F(ExplainTest, HelloIsHeardWhereNeeded) {
  serve("    routes: [{source: 10.0.0.0/8, upstream: pool}, {sni: default, upstream: other}]");
  EXPECT_EQ(ask("10.0.0.1:1")->upstream->name, "pool");
  EXPECT_TRUE(ask("10.0.0.1:1")->greeting.empty());
  EXPECT_EQ(ask("192.0.2.1:1", "x.example")->upstream->name, "other");
}

TEST_F(ExplainTest, StrangersNeedAHeader) {
  serve("    upstream: pool\n    proxy_protocol: {from: [10.0.0.0/8]}\n    access: {deny: [192.0.2.0/24]}");
  EXPECT_EQ(ask("198.51.100.1:1")->end.reason, CloseReason::bad_proxy_header);
  EXPECT_EQ(ask("10.0.0.1:1")->greeting, std::vector{Step::header});
  const PeerAddress named(address_of("192.0.2.1:1"));
  EXPECT_EQ(ask({.listener = "web", .client = named, .proxied = true})->end.reason,
            CloseReason::access_denied);
}

TEST_F(ExplainTest, MistakesNameTheRemedy) {
  serve("    upstream: pool");
  const PeerAddress client(address_of("10.0.0.1:1"));
  const auto unknown = ask({.listener = "wbe", .client = client});
  EXPECT_TRUE(unknown.error().is_unknown);
  EXPECT_THAT(unknown.error().sentence, HasSubstr("did you mean 'web'"));
  EXPECT_THAT(ask("10.0.0.1:1", "a.example").error().sentence, HasSubstr("leave --sni out"));
  EXPECT_THAT(ask({.listener = "web", .client = client, .port = 1}).error().sentence, HasSubstr("--port"));
  EXPECT_THAT(ask("unix:@x").error().sentence, HasSubstr("--source"));
}

}  // namespace
}  // namespace duplexd::test
