#include "tests/unit/import/haproxy_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HaproxyBindsTest, TlsWithoutCertificatesIsNoListener) {
  for (const char* options : {"ssl crt /etc/haproxy/certs/", "ssl crt-list /etc/haproxy/list.txt", "ssl"}) {
    const std::string yaml = yaml_of_frontend(" bind *:443 " + std::string(options) + "\n bind *:80\n");
    EXPECT_THAT(yaml, Not(HasSubstr("*:443\"]"))) << options;
    EXPECT_THAT(yaml, HasSubstr("bind: [\"*:80\"]")) << options;
    EXPECT_THAT(yaml, HasSubstr("'ssl' is not carried: no certificate of it is carried")) << options;
  }
}

TEST(HaproxyBindsTest, ClientsThatAreVerifiedNeedAuthorities) {
  const auto with = [](const std::string& options) {
    return imported(Syntax::haproxy,
                    "listen a\n bind :443 ssl crt /a.pem " + options + "\n server a 10.0.0.1:80\n");
  };
  EXPECT_FALSE(with("verify required").has_listeners);
  EXPECT_FALSE(with("verify optional").has_listeners);
  EXPECT_FALSE(with("verify maybe ca-file /ca.pem").has_listeners);
  EXPECT_TRUE(with("verify none").has_listeners);
  EXPECT_THAT(with("verify required ca-file /ca.pem").yaml, HasSubstr("mode: required"));
}

TEST(HaproxyBindsTest, AnyIpv6IsBothFamilies) {
  EXPECT_THAT(yaml_of_frontend(" bind :::6443\n"), HasSubstr("bind: [\":6443\"]"));
  EXPECT_THAT(yaml_of_frontend(" bind [::]:6443\n"), HasSubstr("bind: [\":6443\"]"));
  EXPECT_THAT(yaml_of_frontend(" bind ipv6@:6443\n"), HasSubstr("bind: [\":6443\"]"));
  EXPECT_THAT(yaml_of_frontend(" bind ipv6@*:6443\n"), HasSubstr("net.ipv6.bindv6only"));
  EXPECT_THAT(yaml_of_frontend(" bind ipv4@:6443\n"), HasSubstr("bind: [\"*:6443\"]"));
  EXPECT_THAT(yaml_of_frontend(" bind :::6443 v4v6\n"), HasSubstr("bind: [\":6443\"]"));
  EXPECT_THAT(yaml_of_frontend(" bind :::6443 v4v6\n"), Not(HasSubstr("bindv6only")));
}

TEST(HaproxyBindsTest, Ipv6AloneStaysAlone) {
  EXPECT_THAT(yaml_of_frontend(" bind :::6443 v6only\n"), HasSubstr("bind: [\"[::]:6443\"]"));
  EXPECT_THAT(yaml_of_frontend(" bind ipv6@:6443 v6only\n"), Not(HasSubstr("bindv6only")));
  EXPECT_THAT(yaml_of_frontend(" bind :25\n bind :::25\n"), HasSubstr("- \"*:25\"\n      - \"[::]:25\"\n"));
  EXPECT_THAT(yaml_of_frontend(" bind [::1]:25\n"), HasSubstr("bind: [\"[::1]:25\"]"));
}

TEST(HaproxyBindsTest, VariablesAreHostsAndPorts) {
  const std::string yaml =
      yaml_of(Syntax::haproxy,
              "listen a\n bind \"${ADDRESS}:${PORT}\"\n bind \"${ADDRESS-::1}:80\"\n bind \"[${V6}]:80\"\n"
              " server a \"${HOST}:${PORT-5432}\"\n server b \"${HOST}\"\n");
  EXPECT_THAT(yaml, HasSubstr("- \"${ADDRESS}:${PORT}\"\n"));
  EXPECT_THAT(yaml, HasSubstr("- \"${ADDRESS:-::1}:80\"\n"));
  EXPECT_THAT(yaml, HasSubstr("- \"[${V6}]:80\"\n"));
  EXPECT_THAT(yaml, HasSubstr("- \"${HOST}:${PORT:-5432}\"\n"));
  EXPECT_THAT(yaml, HasSubstr("- \"${HOST}\"\n"));
}

TEST(HaproxyBindsTest, AddressOfSectionLineIsBound) {
  EXPECT_THAT(haproxy_yaml("listen a 127.0.0.1:3306\n server a 10.0.0.1:3306\n"),
              HasSubstr("bind: [127.0.0.1:3306]"));
  EXPECT_THAT(haproxy_yaml("listen a 127.0.0.1:3306\n server a 10.0.0.1:3306\n"), HasSubstr("carried all"));
  EXPECT_THAT(haproxy_yaml("listen a 127.0.0.1\n bind :80\n server a 10.0.0.1:3306\n"),
              HasSubstr("'listen a 127.0.0.1' is not carried: a port is missing"));
  EXPECT_THAT(haproxy_yaml("defaults d\n mode tcp\nlisten a from d\n bind :80\n server a 10.0.0.1:3306\n"),
              HasSubstr("carried all"));
}

TEST(HaproxyBindsTest, OnlyDoubleQuotesHaveVariables) {
  const auto user_of = [](const std::string& word) {
    return yaml_of(Syntax::haproxy, "listen a\n bind :80\n option pgsql-check user " + word +
                                        "\n server a 10.0.0.1:80 check\n");
  };
  EXPECT_THAT(user_of("s3cr$t"), HasSubstr("user: \"s3cr$$t\""));
  EXPECT_THAT(user_of("s3cr${T}"), HasSubstr("user: \"s3cr$${T}\""));
  EXPECT_THAT(user_of("\"s3cr$T\""), HasSubstr("user: \"s3cr${T}\""));
}

}  // namespace
}  // namespace duplexd::importing
