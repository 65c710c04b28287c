// A listener may have the keys of an upstream that only it uses.
#include "core/config/difference.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::HasSubstr;

/// A configuration of one listener, and text for the top of the file.
std::string own_listener(std::string_view keys, std::string_view at_top = "") {
  return "listeners:\n  db: {bind: \":5432\", " + std::string(keys) + "}\n" + std::string(at_top);
}

TEST(OwnUpstream, ListenerMayHaveEndpoints) {
  const auto loaded = parse(own_listener("endpoints: 10.0.0.11:5432"));
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  ASSERT_EQ(loaded.config->upstreams.size(), 1u);
  EXPECT_EQ(loaded.config->listeners[0].upstream, 0u);
  EXPECT_EQ(loaded.config->upstreams[0].name, "db");
  EXPECT_EQ(loaded.config->upstreams[0].endpoints.at(0).name, "10.0.0.11:5432");
}

TEST(OwnUpstream, EqualsOneThatHasName) {
  const auto own =
      parse(own_listener("on_removed: close, endpoint: {nodelay: false}, endpoints: [{address: "
                         "\"h:1\", weight: 7}, \"i:1\"]",
                         "defaults: {endpoint: {user_timeout: 9s}}"));
  const auto named = parse(own_listener(
      "upstream: db",
      "upstreams: {db: {on_removed: close, endpoint: {nodelay: false}, endpoints: [{address: \"h:1\", "
      "weight: 7}, \"i:1\"]}}\ndefaults: {endpoint: {user_timeout: 9s}}"));
  ASSERT_TRUE(own.config && named.config) << problem("");
  EXPECT_EQ(*own.config, *named.config);
  EXPECT_TRUE(difference(own.effective, named.effective).empty());
}

TEST(OwnUpstream, DumpShowsItsOwnPath) {
  const auto loaded = parse(own_listener("endpoints: [\"h:1\", {address: \"i:1\", weight: 2}]"));
  EXPECT_EQ(effective(loaded, "listeners.db.upstream"), "db  # test.yaml:2:23");
  EXPECT_EQ(effective(loaded, "upstreams.db.endpoints[1].weight"), "2  # test.yaml:2:59");
  EXPECT_EQ(effective(loaded, "upstreams.db.resolve.interval"), "30s  # default");
  EXPECT_EQ(effective(loaded, "listeners.db.endpoints[0].address"), "(none)");
}

TEST(OwnUpstream, FollowsUpstreamsWithNames) {
  const auto loaded = parse(
      "listeners:\n  a: {bind: \":1\", endpoints: \"a:1\"}\n  b: {bind: \":2\", upstream: u}\n  c: {bind: "
      "\":3\", endpoints: \"c:1\"}\nupstreams: {t: {endpoints: \"t:1\"}, u: {endpoints: \"u:1\"}}");
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  const auto& [config, listeners] = std::tie(*loaded.config, loaded.config->listeners);
  EXPECT_EQ(config.upstreams.at(*listeners[0].upstream).name, "a");
  EXPECT_EQ(config.upstreams.at(*listeners[1].upstream).name, "u");
  EXPECT_EQ(config.upstreams.at(*listeners[2].upstream).name, "c");
}

TEST(OwnUpstream, ReferenceAndEndpointsExcludeEachOther) {
  const std::string pool = "upstreams: {u: {endpoints: \"h:1\"}}";
  EXPECT_EQ(problem(own_listener("upstream: u, endpoints: \"h:1\"", pool)),
            "2:23: listeners.db.upstream: 'endpoints' is here, too; leave one of them out");
  EXPECT_EQ(
      problem(own_listener("upstream: u, balance: round_robin", pool)),
      "2:36: listeners.db.balance: belongs to an upstream: write it below 'upstreams:', in the one that "
      "this listener refers to");
}

TEST(OwnUpstream, ListenerWithoutEitherIsOneMistake) {
  const std::string missing =
      "2:3: listeners.db: 'upstream' is missing; write upstream: NAME for one below 'upstreams:', or "
      "endpoints: [10.0.0.11:5432] for one of its own";
  EXPECT_EQ(problem(own_listener("backlog: 5")), missing);
  EXPECT_EQ(problem(own_listener("balance: round_robin")), missing);
  EXPECT_EQ(problem(own_listener("endpoins: \"h:1\"")),
            "2:23: unknown key 'endpoins' in listeners.db; did you mean 'endpoints'?");
}

TEST(OwnUpstream, NameBelongsToOneUpstream) {
  EXPECT_EQ(
      problem(own_listener("endpoints: \"h:1\"", "upstreams: {db: {endpoints: \"i:1\"}}")),
      "2:23: listeners.db.endpoints: an upstream below 'upstreams:' has the name of this listener, 'db'; "
      "rename one of them, or write upstream: db");
  EXPECT_THAT(problem(own_listener("endpoints: \"h:1\"", "  b: {bind: \":2\", upstream: db}")),
              HasSubstr("3:29: listeners.b.upstream: 'db' is a listener: what it has of its own serves no "
                        "other"));
}

TEST(OwnUpstream, MistakesNameTheListener) {
  EXPECT_EQ(problem(own_listener("endpoints: [\"h:1\", \"h:1\"]")),
            "2:42: listeners.db.endpoints: 'h:1' is here twice; give it a higher weight instead");
  EXPECT_EQ(problem(own_listener("endpoints: []")),
            "2:23: listeners.db.endpoints: at least one endpoint is needed");
  EXPECT_THAT(problem(own_listener("endpoints: {address: \"h:1\", weight: x}")),
              HasSubstr("listeners.db.endpoints[0].weight: 'x' "));
}

TEST(OwnUpstream, PortOfListenerNeedsAPort) {
  EXPECT_EQ(problem(own_listener("endpoints: \"10.0.0.5:*\"")), "");
  EXPECT_EQ(
      problem("listeners:\n  a: {bind: [\":1\", unix:/run/x], upstream: u}\n"
              "upstreams: {u: {endpoints: [\"h:1\", \"ftp:*\"]}}"),
      "2:3: listeners.a: its endpoint 'ftp:*' is dialled at the port of the listener, but 'unix:/run/x' "
      "has none");
}

TEST(OwnUpstream, PortOfListenerIsNotChecked) {
  EXPECT_EQ(
      problem(own_listener("check: tcp, endpoints: \"h:*\"")),
      "2:35: listeners.db.endpoints: 'h:*' has no port that could be checked; write check: {port: PORT}");
  EXPECT_EQ(problem(own_listener("check: {type: tcp, port: 8080}, endpoints: \"h:*\"")), "");
}

}  // namespace
}  // namespace duplexd
