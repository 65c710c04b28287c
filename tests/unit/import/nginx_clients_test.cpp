// Who a client of nginx is, and how long it is waited for.
#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string stream_with(const std::string& text) { return yaml_of(Syntax::nginx, "stream {" + text + "}"); }

/// A server whose clients send PROXY headers.
std::string proxied(const std::string& text) {
  return stream_with(
      "limit_conn_zone $binary_remote_addr zone=a:1m; upstream u { hash $remote_addr; server 10.0.0.1:80; } "
      "geo $dc { default 10.0.0.1:80; 10.0.0.0/8 10.0.0.2:80; } "
      "server { listen 127.0.0.1:443 proxy_protocol; " +
      text + "}");
}

constexpr const char* proxied_bind = "bind: [127.0.0.1:443]";
constexpr const char* direct = "proxy_pass 10.0.0.1:80; ";

TEST(NginxClientsImportTest, NobodyIsBelievedForAccess) {
  for (const char* rules :
       {"allow 127.0.0.9; deny all; proxy_pass 10.0.0.1:80;", "limit_conn a 5; proxy_pass 10.0.0.1:80;",
        "proxy_pass u;", "proxy_pass $dc;", "proxy_bind $remote_addr transparent; proxy_pass 10.0.0.1:80;",
        "proxy_protocol on; proxy_pass 10.0.0.1:80;",
        "set_real_ip_from unix:; deny 10.0.0.1; proxy_pass u;"}) {
    EXPECT_THAT(proxied(rules), Not(HasSubstr(proxied_bind))) << rules;
    EXPECT_THAT(proxied(rules), HasSubstr("set_real_ip_from nginx goes by")) << rules;
    EXPECT_THAT(proxied(std::string(rules) + "set_real_ip_from 10.9.0.0/16;"), HasSubstr(proxied_bind))
        << rules;
  }
}

TEST(NginxClientsImportTest, EverybodyMaySendUselessHeaders) {
  EXPECT_THAT(proxied(direct), HasSubstr("from:\n        - 0.0.0.0/0\n        - \"::/0\"\n"));
}

TEST(NginxClientsImportTest, TrustedProxiesAreNamed) {
  const std::string yaml =
      proxied(std::string(direct) +
              "set_real_ip_from 10.9.1.1/16; set_real_ip_from unix:; allow 10.0.0.0/8; deny all;");
  EXPECT_THAT(yaml, HasSubstr("from: [10.9.0.0/16]"));
  EXPECT_THAT(yaml, HasSubstr("allow: [10.0.0.0/8]"));
  EXPECT_THAT(yaml, HasSubstr("duplexd closes who"));
}

TEST(NginxClientsImportTest, ProxiesWithoutAddressLeaveOut) {
  EXPECT_THAT(proxied(std::string(direct) + "set_real_ip_from lb.internal;"), Not(HasSubstr(proxied_bind)));
}

TEST(NginxClientsImportTest, RulesForUnixSocketsLeaveOut) {
  const auto local = [](const std::string& rules) {
    return stream_with("server { listen unix:/run/x.sock; proxy_pass 10.0.0.1:80; " + rules + "}");
  };
  EXPECT_THAT(local("allow 10.0.0.0/8; deny all;"), Not(HasSubstr("bind:")));
  EXPECT_THAT(local("allow unix:; deny all;"), HasSubstr("bind: [unix:/run/x.sock]"));
}

TEST(NginxClientsImportTest, UnlikeSocketsAreTwoListeners) {
  const std::string yaml = stream_with(
      "server { listen 127.0.0.1:1 so_keepalive=on backlog=100; listen 127.0.0.1:2 so_keepalive=off; "
      "listen 127.0.0.1:3 so_keepalive=on backlog=200; listen 127.0.0.1:4 so_keepalive=on; proxy_pass "
      "10.0.0.1:80; }");
  EXPECT_THAT(yaml, HasSubstr("      - 127.0.0.1:1\n      - 127.0.0.1:4\n    backlog: 100\n"));
  EXPECT_THAT(yaml, HasSubstr("    bind: [127.0.0.1:2]\n    client:\n      keepalive: off\n"));
  EXPECT_THAT(yaml, HasSubstr("    bind: [127.0.0.1:3]\n    backlog: 200\n"));
}

std::string timed(const std::string& text, const std::string& listen = "") {
  return stream_with(
      "upstream u { server 10.0.0.1:80; server 10.0.0.2:80; server 10.0.0.3:80; } server { listen "
      "127.0.0.1:443 " +
      listen + "; ssl_certificate /c.pem; ssl_certificate_key /k.pem; proxy_pass u; " + text + "}");
}

TEST(NginxClientsImportTest, HandshakeHasTimeForEachServer) {
  EXPECT_THAT(timed("ssl_preread on; preread_timeout 5s; proxy_connect_timeout 2s;"),
              HasSubstr("handshake: 11s"));
  EXPECT_THAT(timed("proxy_connect_timeout 2s;"), Not(HasSubstr("handshake")))
      << "6 s are less than duplexd's 10 s";
  EXPECT_THAT(timed(""), HasSubstr("handshake: 3m"));
  EXPECT_THAT(timed("proxy_next_upstream off;"), Not(HasSubstr("handshake: ")));
  EXPECT_THAT(timed("proxy_next_upstream_tries 2;"), HasSubstr("handshake: 2m"));
  EXPECT_THAT(timed("proxy_next_upstream_tries 9;"), HasSubstr("handshake: 3m"));
  EXPECT_THAT(timed("proxy_connect_timeout 1s; ssl_handshake_timeout 9s; proxy_protocol_timeout 1s; "
                    "set_real_ip_from 10.0.0.1;",
                    "ssl proxy_protocol"),
              HasSubstr("handshake: 13s"));
  EXPECT_THAT(timed("proxy_connect_timeout 59m;"), HasSubstr("handshake: 1h"));
}

TEST(NginxClientsImportTest, HalfClosedLastsAsOthers) {
  EXPECT_THAT(timed("proxy_half_close on; proxy_timeout 3h;"), HasSubstr("idle: 3h\n      half_closed: 3h"));
  EXPECT_THAT(timed("proxy_half_close on;"), HasSubstr("half_closed: 10m"));
  EXPECT_THAT(timed("proxy_half_close on;"), Not(HasSubstr("Without proxy_half_close")));
  EXPECT_THAT(timed("proxy_half_close off;"), HasSubstr("Without proxy_half_close"));
}

TEST(NginxClientsImportTest, TimesOfNothingAreRefused) {
  EXPECT_THAT(timed("proxy_timeout 0;"), HasSubstr("'proxy_timeout 0' is not carried: nginx is out of time"));
}

}  // namespace
}  // namespace duplexd::importing
