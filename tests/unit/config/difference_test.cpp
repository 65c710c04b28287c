// The changes of a reload.
#include "core/config/difference.hpp"

#include "tests/unit/config/config_text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// "PATH: BEFORE -> AFTER (CLASS) of LISTENER/UPSTREAM/ENDPOINT"
std::string line(const Change& change) {
  return fmt::format("{}: {} -> {} ({}) of {}/{}/{}", change.path, change.before.value_or("none"),
                     change.after.value_or("none"), to_word(change.reload_class), change.listener,
                     change.upstream, change.endpoint);
}

std::vector<std::string> lines(const std::vector<Change>& changes) {
  std::vector<std::string> result;
  for (const auto& change : changes) result.push_back(line(change));
  return result;
}

std::vector<EffectiveValue> values(const std::string& text) {
  auto loaded = parse(text);
  EXPECT_TRUE(loaded.config) << (loaded.config ? "" : to_string(loaded.problems.at(0)));
  return std::move(loaded.effective);
}

std::vector<std::string> changes(const std::string& before, const std::string& after) {
  return lines(difference(values(before), values(after)));
}

/// One upstream, u, with `endpoints`, and a listener in front of it.
std::string pool(const std::string& endpoints) {
  return "listeners: {web: {bind: \":80\", upstream: u}}\nupstreams: {u: {endpoints: [" + endpoints + "]}}";
}

TEST(Difference, SameConfigHasNoDifference) { EXPECT_THAT(changes(with(""), with("")), IsEmpty()); }

TEST(Difference, DefaultWrittenOutIsNoDifference) {
  EXPECT_THAT(changes(with(""), with("timeouts: {idle: 60m}", "balance: round_robin", "workers: auto")),
              IsEmpty());
}

TEST(Difference, DifferenceHasBothValuesAndClass) {
  EXPECT_THAT(changes(with("timeouts: {idle: 1h}", "on_removed: drain", "log: {level: info}"),
                      with("timeouts: {idle: 2h}", "on_removed: close", "log: {level: debug}")),
              ElementsAre("listeners.web.timeouts.idle: 1h -> 2h (new_sessions) of web//",
                          "log.level: info -> debug (live) of //",
                          "upstreams.pool.on_removed: drain -> close (live) of /pool/"));
}

TEST(Difference, RestartKeysAreMarkedRestart) {
  EXPECT_THAT(
      changes(with("", "", "workers: 1\ncontrol: {socket: off}"),
              with("", "", "workers: 2\ncontrol: {socket: /run/x, mode: \"0600\"}\nlog: {format: json}")),
      ElementsAre("control.mode: \"0660\" -> \"0600\" (restart) of //",
                  "control.socket: off -> /run/x (restart) of //", "log.format: auto -> json (restart) of //",
                  "workers: 1 -> 2 (restart) of //"));
}

TEST(Difference, ChangedDefaultListsKeysThatInherit) {
  const std::string others = "\n  own: {bind: \":81\", upstream: pool, timeouts: {idle: 5m}}";
  EXPECT_THAT(
      changes(with(others), with(others, "", "defaults: {timeouts: {idle: 2h}, endpoint: {nodelay: false}}")),
      ElementsAre("listeners.web.timeouts.idle: 1h -> 2h (new_sessions) of web//",
                  "upstreams.pool.endpoint.nodelay: true -> false (new_sessions) of /pool/"));
}

TEST(Difference, ProcessKeysMayStandBelowDefaults) {
  EXPECT_THAT(changes(with(""), with("", "", "defaults: {timeouts: {drain: 1m, close_spread: off}}")),
              ElementsAre("defaults.timeouts.close_spread: 10s -> off (live) of //",
                          "defaults.timeouts.drain: 30s -> 1m (live) of //"));
}

TEST(Difference, OrderIsNoDifference) {
  EXPECT_THAT(changes(pool("\"h:1\", {address: \"h:2\", weight: 5}, \"[::1]:3\""),
                      pool("\"[::1]:3\", \"h:1\", {address: \"h:2\", weight: 5}")),
              IsEmpty());
  EXPECT_THAT(
      changes(
          with("\n  own: {bind: \":81\", upstream: pool}"),
          "listeners:\n  own: {bind: \":81\", upstream: pool}\n  web: {bind: 127.0.0.1:80, upstream: pool}\n"
          "upstreams: {pool: {endpoints: 10.0.0.1:80}}"),
      IsEmpty());
}

TEST(Difference, WeightBelongsToEndpointAddress) {
  EXPECT_THAT(changes(pool("\"h:1\", \"[::1]:2\""), pool("{address: \"[::1]:2\", weight: 3}, \"h:1\"")),
              ElementsAre("upstreams.u.endpoints[[::1]:2].weight: 1 -> 3 (live) of /u/[::1]:2"));
}

TEST(Difference, ChangedEndpointsAreListedOnceEach) {
  EXPECT_THAT(changes(pool("\"h:1\", \"h:2\""), pool("\"h:2\", {address: \"unix:@a$$b\", weight: 3}")),
              ElementsAre("upstreams.u.endpoints[h:1]: weight 1 -> none (live) of /u/h:1",
                          "upstreams.u.endpoints[unix:@a$b]: none -> weight 3 (live) of /u/unix:@a$b"));
}

TEST(Difference, ChangedPoolsAreListedOnceEach) {
  const auto more = with("\n  own: {bind: [\":81\", \":82\"], upstream: spare}",
                         "\n  spare: {endpoints: [\"h:1\", \"h:2\"]}");
  EXPECT_THAT(changes(with(""), more),
              ElementsAre("listeners.own: none -> [\":81\", \":82\"] (rebind) of own//",
                          "upstreams.spare: none -> 2 endpoints (live) of /spare/"));
  EXPECT_THAT(changes(more, with("")),
              ElementsAre("listeners.own: [\":81\", \":82\"] -> none (rebind) of own//",
                          "upstreams.spare: 2 endpoints -> none (live) of /spare/"));
  EXPECT_THAT(changes(with(""), with("", "\n  spare: {endpoints: \"h:1\"}")),
              ElementsAre("upstreams.spare: none -> 1 endpoint (live) of /spare/"));
}

TEST(Difference, ChangedAddressIsDifferenceOfBind) {
  EXPECT_THAT(changes(pool("\"h:1\""),
                      "listeners: {web: {bind: \":81\", upstream: u}}\nupstreams: {u: {endpoints: \"h:1\"}}"),
              ElementsAre("listeners.web.bind: [\":80\"] -> [\":81\"] (rebind) of web//"));
}

TEST(Difference, KeepaliveOffListsRemovedKeys) {
  EXPECT_THAT(changes(with(""), with("client: {keepalive: off}")),
              ElementsAre("listeners.web.client.keepalive: none -> off (new_sessions) of web//",
                          "listeners.web.client.keepalive.count: 6 -> none (new_sessions) of web//",
                          "listeners.web.client.keepalive.idle: 1m -> none (new_sessions) of web//",
                          "listeners.web.client.keepalive.interval: 10s -> none (new_sessions) of web//"));
}

TEST(Difference, NamesWithDotsAreToldApart) {
  const auto listeners = [](const std::string& second) {
    return "listeners:\n  web: {bind: \":80\", upstream: u.endpoint}\n" + second +
           "\nupstreams: {u.endpoint: {endpoints: \"h:1\"}}";
  };
  const auto both = listeners("  web.bind: {bind: \":81\", upstream: u.endpoint}");
  EXPECT_THAT(changes(listeners(""), both),
              ElementsAre("listeners.web.bind: none -> [\":81\"] (rebind) of web.bind//"));
  EXPECT_THAT(changes(both, listeners("  web.bind: {bind: \":81\", upstream: u.endpoint, backlog: 5}")),
              ElementsAre("listeners.web.bind.backlog: 4096 -> 5 (live) of web.bind//"));
}

TEST(Difference, OtherFileIsNoDifference) {
  EXPECT_THAT(difference({{"include", "[]", "default"}}, {{"include", "[conf.d/*.yaml]", "x:1:1"}}),
              IsEmpty());
}

TEST(Difference, KeyWithoutClassNeedsRestart) {
  EXPECT_THAT(lines(difference({{"new.key", "1", ""}}, {{"new.key", "2", ""}})),
              ElementsAre("new.key: 1 -> 2 (restart) of //"));
}

}  // namespace
}  // namespace duplexd
