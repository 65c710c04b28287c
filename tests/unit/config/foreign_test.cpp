// Words of other proxies get a hint that names ours.
#include "core/config/hints/foreign.hpp"

#include "core/config/keys/described.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace duplexd {
namespace {

using testing::HasSubstr;

const About* find(Owner owner, std::string_view path) {
  for (const auto& key : described_keys())
    if (key.owner == owner && key.path == path) return key.about;
  return nullptr;
}

bool key_takes(std::string_view name, std::string_view word) {
  return std::ranges::any_of(described_keys(), [&](const DescribedKey& key) {
    return key.about->name == name && std::ranges::count(key.about->form.words, word) == 1;
  });
}

TEST(Foreign, EveryKeyOfOursExists) {
  for (const auto& [owner, key, words] : foreign_keys()) EXPECT_TRUE(find(owner, key)) << key;
}

TEST(Foreign, EveryWordOfOursExists) {
  for (const auto& [key, ours, words] : foreign_values()) EXPECT_TRUE(key_takes(key, ours)) << key << ours;
}

TEST(Foreign, WordsAreTakenWhole) {
  for (const auto* word : {"a", "bc", "d"}) EXPECT_TRUE(has_word("a bc d", word)) << word;
  for (const auto* word : {"", "b", "c", "a bc", " "}) EXPECT_FALSE(has_word("a bc d", word)) << word;
}

TEST(Foreign, HintNamesKeyOfSameMap) {
  EXPECT_EQ(problem(with("maxconn: 5")),
            "5:5: unknown key 'maxconn' in listeners.web; write limits.sessions instead");
  EXPECT_EQ(problem(with("timeouts: {client: 30s}")),
            "5:16: unknown key 'client' in listeners.web.timeouts; write idle instead");
  EXPECT_EQ(problem(with("", "", "defaults: {timeout: 30s}")),
            "10:12: unknown key 'timeout' in defaults; write timeouts.idle instead");
}

TEST(Foreign, HintNamesThePlaceElsewhere) {
  EXPECT_EQ(problem(with("", "proxy_timeout: 30s")),
            "9:5: unknown key 'proxy_timeout' in upstreams.pool; write timeouts.idle in a listener instead");
  EXPECT_EQ(
      problem(with("", "", "defaults: {maxconn: 5}")),
      "10:12: unknown key 'maxconn' in defaults; write limits.sessions at the top, limits.sessions in a "
      "listener or max_sessions in an endpoint instead");
}

TEST(Foreign, RequiredKeyIsNotMissedToo) {
  EXPECT_EQ(problem("listeners: {a: {listen: 80, backend: u}}\nupstreams: {u: {servers: \"h:1\"}}"),
            "1:17: unknown key 'listen' in listeners.a; write bind instead\n"
            "1:29: unknown key 'backend' in listeners.a; write upstream or endpoints instead\n"
            "2:17: unknown key 'servers' in upstreams.u; write endpoints instead");
  EXPECT_EQ(problem(with("", "", "  v: {endpoints: [{host: h, port: 5}]}")),
            "10:20: unknown key 'host' in upstreams.v.endpoints[0]; write address instead\n"
            "10:29: unknown key 'port' in upstreams.v.endpoints[0]; write address instead");
  EXPECT_EQ(problem("frontend: {a: {bind: \":80\", endpoints: \"h:1\"}}"),
            "1:1: unknown key 'frontend'; write listeners instead");
}

TEST(Foreign, HintDependsOnTheMap) {
  EXPECT_EQ(problem(with("", "", "  v: {endpoints: {address: \"h:1\", maxconn: 5}}")),
            "10:35: unknown key 'maxconn' in upstreams.v.endpoints[0]; write max_sessions instead");
  EXPECT_EQ(problem(with("", "check: {inter: 3s}")),
            "9:13: unknown key 'inter' in upstreams.pool.check; write interval instead");
  EXPECT_EQ(problem(with("", "retries: 3\n    max_fails: 1")),
            "9:5: unknown key 'retries' in upstreams.pool; write retry.rounds instead\n"
            "10:5: unknown key 'max_fails' in upstreams.pool; write passive.failures instead");
}

TEST(Foreign, WordsHaveAnyLetters) {
  EXPECT_THAT(problem(with("Timeout-Client: 5s")), HasSubstr("; write timeouts.idle instead"));
  EXPECT_THAT(problem(with("timeout client: 5s")), HasSubstr("; write timeouts.idle instead"));
}

TEST(Foreign, ValueOfSectionGetsHint) {
  EXPECT_EQ(problem(with("client: 30s")),
            "5:13: listeners.web.client: keys are expected below it: nodelay, keepalive, user_timeout, "
            "receive_buffer, send_buffer, interface, mark, dscp, congestion, mptcp, free_bind, fast_open, "
            "defer_accept; write timeouts.idle in a listener instead");
}

TEST(Foreign, ValuesGetHintsToo) {
  EXPECT_THAT(problem(with("", "balance: roundrobin")), HasSubstr("; here it is round_robin"));
  EXPECT_THAT(problem(with("", "balance: leastconn")), HasSubstr("; here it is least_connections"));
  EXPECT_THAT(problem(with("", "balance: rond_robin")), HasSubstr("; did you mean 'round_robin'?"));
}

}  // namespace
}  // namespace duplexd
