// The keys of the PROXY protocol.
#include "core/config/difference.hpp"
#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::HasSubstr;

std::string in_listener(std::string_view value) { return with("proxy_protocol: " + std::string(value)); }
std::string in_upstream(std::string_view value) { return with("", "proxy_protocol: " + std::string(value)); }

ProxyInConfig read_believed(std::string_view value) {
  const auto loaded = parse(in_listener(value));
  EXPECT_THAT(problems(loaded), testing::IsEmpty());
  return loaded.config ? loaded.config->listeners.at(0).proxy_protocol : ProxyInConfig{};
}

ProxyOutConfig read_told(std::string_view value) {
  const auto loaded = parse(in_upstream(value));
  EXPECT_THAT(problems(loaded), testing::IsEmpty());
  return loaded.config ? loaded.config->upstreams.at(0).proxy_protocol : ProxyOutConfig{};
}

NetworkSet network_set(std::initializer_list<std::string_view> texts) {
  std::vector<Network> all;
  for (const auto text : texts) all.push_back(*Network::parse(text));
  return NetworkSet(all);
}

TEST(ProxyKeys, BothAreOffByDefault) {
  const auto loaded = parse(with(""));
  EXPECT_FALSE(loaded.config->listeners.at(0).proxy_protocol.enabled);
  EXPECT_FALSE(loaded.config->upstreams.at(0).proxy_protocol.enabled);
  EXPECT_EQ(effective(loaded, "listeners.web.proxy_protocol"), "off  # default");
  EXPECT_EQ(effective(loaded, "upstreams.pool.proxy_protocol"), "off  # default");
  EXPECT_EQ(read_believed("off"), ProxyInConfig());
  EXPECT_EQ(read_told("off"), ProxyOutConfig());
}

TEST(ProxyKeys, ProxiesToBelieveAreRead) {
  const auto read = read_believed("{from: [10.0.0.0/8, \"2001:db8::1\"], mode: optional}");
  EXPECT_EQ(read,
            (ProxyInConfig{true, network_set({"10.0.0.0/8", "2001:db8::1"}), ProxyInConfig::Mode::optional}));
  EXPECT_EQ(read_believed("{from: 10.0.0.2}").mode, ProxyInConfig::Mode::required);
}

TEST(ProxyKeys, ProxiesToBelieveAreNeeded) {
  EXPECT_EQ(
      problem(in_listener("{mode: required}")),
      "5:5: listeners.web.proxy_protocol: 'from' is missing; write the proxies to believe, such as from: "
      "[10.0.0.2]");
  EXPECT_THAT(problem(in_listener("{from: lb.internal}")),
              HasSubstr("proxy_protocol.from: 'lb.internal' is no network"));
}

TEST(ProxyKeys, VersionAloneIsEnough) {
  EXPECT_EQ(read_told("v1"), (ProxyOutConfig{true, ProxyVersion::v1, {}}));
  EXPECT_EQ(read_told("v2"), (ProxyOutConfig{true, ProxyVersion::v2, {}}));
  EXPECT_EQ(read_told("{version: v1}"), read_told("v1"));
}

TEST(ProxyKeys, FieldsAreRead) {
  const ProxyFields all{true, true, true, true, true, true};
  EXPECT_EQ(read_told("{send: [unique_id, authority, alpn, ssl, crc32c, received]}"),
            (ProxyOutConfig{true, ProxyVersion::v2, all}));
  EXPECT_EQ(read_told("{version: v2, send: ssl}").send, (ProxyFields{.ssl = true}));
  EXPECT_EQ(effective(parse(in_upstream("{send: [ssl, crc32c]}")), "upstreams.pool.proxy_protocol.send"),
            "[ssl, crc32c]  # test.yaml:9:22");
}

TEST(ProxyKeys, VersionOneHasNoFields) {
  EXPECT_EQ(
      problem(in_upstream("{version: v1, send: [ssl]}")),
      "9:42: upstreams.pool.proxy_protocol.send: a header of version 1 has addresses only; write version: "
      "v2, or leave 'send' out");
  EXPECT_EQ(read_told("{version: v1, send: []}"), read_told("v1"));
}

TEST(ProxyKeys, WordsOfOthersGetHints) {
  EXPECT_EQ(problem(with("accept-proxy: true")),
            "5:5: unknown key 'accept-proxy' in listeners.web; write proxy_protocol.from instead");
  EXPECT_EQ(problem(with("", "send-proxy-v2: true")),
            "9:5: unknown key 'send-proxy-v2' in upstreams.pool; write proxy_protocol instead");
  EXPECT_THAT(problem(in_upstream("on")),
              HasSubstr("proxy_protocol.version: 'on' is not allowed; write v1 or v2; here it is v1"));
  EXPECT_THAT(problem(in_upstream("{send: [sni]}")), HasSubstr("; here it is authority"));
  EXPECT_THAT(problem(in_listener("on")),
              HasSubstr("keys are expected below it: from, mode; write proxy_protocol.from in a "
                        "listener or proxy_protocol in an upstream instead"));
}

TEST(ProxyKeys, DefaultsHaveNeither) {
  EXPECT_THAT(problem(with("", "", "defaults: {proxy_protocol: v2}")),
              HasSubstr("write proxy_protocol.from in a listener or proxy_protocol in an upstream instead"));
}

constexpr std::string_view own_upstream =
    "listeners: {db: {bind: \":1\", endpoints: \"h:1\", proxy_protocol: ";

TEST(ProxyKeys, ListenersOwnUpstreamHasNone) {
  const auto loaded = parse(std::string(own_upstream) + "{from: 10.0.0.2}}}");
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  EXPECT_TRUE(loaded.config->listeners.at(0).proxy_protocol.enabled);
  EXPECT_FALSE(loaded.config->upstreams.at(0).proxy_protocol.enabled);
  EXPECT_EQ(effective(loaded, "upstreams.db.proxy_protocol"), "off  # default");
  EXPECT_THAT(problem(std::string(own_upstream) + "v2}}"),
              HasSubstr("or proxy_protocol in an upstream instead"));
}

TEST(ProxyKeys, ListenerMayReferToAnUpstream) { EXPECT_EQ(problem(in_listener("{from: 10.0.0.2}")), ""); }

TEST(ProxyKeys, ChangesCountForNewSessions) {
  const auto changes =
      difference(parse(in_upstream("v1")).effective, parse(in_upstream("{send: ssl}")).effective);
  ASSERT_EQ(changes.size(), 2u);
  for (const auto& change : changes) EXPECT_EQ(change.reload_class, ReloadClass::new_sessions) << change.path;
  const auto begun = difference(parse(with("")).effective, parse(in_listener("{from: 10.0.0.2}")).effective);
  ASSERT_FALSE(begun.empty());
  for (const auto& change : begun) EXPECT_EQ(change.reload_class, ReloadClass::new_sessions) << change.path;
}

}  // namespace
}  // namespace duplexd
