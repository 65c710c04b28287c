#include "tests/unit/config/config_text.hpp"

#include <gmock/gmock.h>

namespace duplexd {
namespace {

using testing::HasSubstr;

/// A configuration of one upstream with these keys alone.
std::string upstream_with(std::string_view keys, std::string_view at_top = "") {
  return "listeners: {web: {bind: \"127.0.0.1:80\", upstream: pool}}\nupstreams:\n  pool:\n    " +
         std::string(keys) + "\n" + std::string(at_top) + "\n";
}

UpstreamConfig read(const std::string& text) {
  const auto loaded = parse(text);
  EXPECT_TRUE(loaded.config) << problem(text);
  return loaded.config ? loaded.config->upstreams.at(0) : UpstreamConfig();
}

TEST(CatalogKeys, EtcdNeedsNoEndpoints) {
  const auto etcd =
      read(upstream_with(
               "etcd: {servers: ['http://10.0.0.2:2379', 'https://[2001:db8::1]:2379/', 'http://e:1'], "
               "prefix: /s/, user: u, password_file: /p, refresh: 10s, timeout: 1s, tls: {ca_file: /ca.pem, "
               "certificate_file: /c.pem, key_file: /k.pem, server_name: n, verify: false}}"))
          .etcd;
  EXPECT_TRUE(etcd.enabled);
  EXPECT_EQ(etcd.prefix, "/s/");
  EXPECT_EQ(etcd.user, "u");
  EXPECT_EQ(etcd.password_file, "/p");
  EXPECT_EQ(etcd.access.refresh, std::chrono::seconds(10));
  EXPECT_EQ(etcd.access.timeout, std::chrono::seconds(1));
  EXPECT_EQ(etcd.access.tls, (TlsConfig{"n", TlsVerify::off, "/ca.pem", "/c.pem", "/k.pem"}));
  ASSERT_EQ(etcd.access.servers.size(), 3U);
  EXPECT_EQ(etcd.access.servers[0].address, *parse_endpoint("10.0.0.2:2379"));
  EXPECT_FALSE(etcd.access.servers[0].tls);
  EXPECT_EQ(etcd.access.servers[1].address, *parse_endpoint("[2001:db8::1]:2379"));
  EXPECT_TRUE(etcd.access.servers[1].tls);
  EXPECT_EQ(etcd.access.servers[2].address, *parse_endpoint("e:1"));
}

TEST(CatalogKeys, ConsulMayStandBesideEndpoints) {
  const auto both =
      read(upstream_with("endpoints: ['10.0.0.1:80']\n    consul: {service: web, tag: blue, "
                         "filter: 'Node.Node == \"a\"', datacenter: east, token_file: /t}"));
  EXPECT_EQ(both.endpoints.size(), 1U);
  EXPECT_EQ(both.consul.service, "web");
  EXPECT_EQ(both.consul.tag, "blue");
  EXPECT_EQ(both.consul.filter, "Node.Node == \"a\"");
  EXPECT_EQ(both.consul.datacenter, "east");
  EXPECT_EQ(both.consul.token_file, "/t");
  EXPECT_FALSE(both.etcd.enabled);
}

TEST(CatalogKeys, DefaultsSayHowAndNotWhether) {
  const std::string_view defaults = "defaults: {etcd: {servers: 'http://10.0.0.2:2379', user: u}}";
  const auto with_one = read(upstream_with("etcd: {prefix: /s/}", defaults)).etcd;
  EXPECT_TRUE(with_one.enabled);
  EXPECT_EQ(with_one.user, "u");
  EXPECT_EQ(with_one.access.servers.size(), 1U);
  EXPECT_FALSE(read(upstream_with("endpoints: ['10.0.0.1:80']", defaults)).etcd.enabled);
}

TEST(CatalogKeys, ListenerMayHaveOwnCatalog) {
  const auto loaded = parse("listeners: {web: {bind: \"127.0.0.1:80\", consul: {service: web}}}\n");
  ASSERT_TRUE(loaded.config) << to_string(loaded.problems.at(0));
  EXPECT_TRUE(loaded.config->upstreams.at(0).consul.enabled);
}

TEST(CatalogKeys, OffIsNone) {
  EXPECT_FALSE(
      read(upstream_with("endpoints: ['10.0.0.1:80']\n    etcd: off\n    consul: off")).has_catalog());
  EXPECT_THAT(problem(upstream_with("etcd: off")), HasSubstr("at least one endpoint is needed"));
}

TEST(CatalogKeys, MistakesAreSaid) {
  EXPECT_THAT(problem(upstream_with("etcd: {servers: ['http://a:1']}")),
              HasSubstr("upstreams.pool.etcd: 'prefix' is missing; write prefix: /services/pg/"));
  EXPECT_THAT(problem(upstream_with("consul: {}")), HasSubstr("'service' is missing"));
  EXPECT_THAT(problem(upstream_with("etcd: {prefix: ''}")), HasSubstr("is empty"));
  EXPECT_THAT(problem(upstream_with("etcd: {prefix: /s/, servers: ['10.0.0.2:2379']}")),
              HasSubstr("has no http:// or https:// in front; write a URL with a port"));
  for (const auto* const url : {"http://", "http://a", "http://a:*", "http://unix:/x", "http://a:1/v3"})
    EXPECT_THAT(problem(upstream_with("etcd: {prefix: /s/, servers: ['" + std::string(url) + "']}")),
                HasSubstr("has no host and port behind its http://"))
        << url;
  EXPECT_THAT(problem(upstream_with("etcd: {prefix: /s/, password_file: secret}")),
              HasSubstr("is no absolute path"));
  EXPECT_THAT(problem(upstream_with("etcd: {prefx: /s/}")), HasSubstr("did you mean 'prefix'?"));
}

}  // namespace
}  // namespace duplexd
