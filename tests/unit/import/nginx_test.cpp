#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string stream_of(const std::string& text) { return yaml_of(Syntax::nginx, "stream {" + text + "}"); }
std::string server_of(const std::string& text) {
  return stream_of("server { listen 127.0.0.1:80; proxy_pass 10.0.0.1:80; " + text + "}");
}

TEST(NginxImportTest, MistakesHaveTheirLine) {
  EXPECT_THAT(error_of(Syntax::nginx, "stream {\n server {\n"),
              HasSubstr("test.conf:2: the block 'server' is not closed"));
  EXPECT_THAT(error_of(Syntax::nginx, "a\n}"), HasSubstr("nothing ends 'a'"));
  EXPECT_THAT(error_of(Syntax::nginx, "\n;"), HasSubstr("test.conf:2: ';' is not expected"));
  EXPECT_THAT(error_of(Syntax::nginx, "user \"x;"), HasSubstr("a quote is not closed"));
}

TEST(NginxImportTest, MissingFilesAreComments) {
  EXPECT_THAT(stream_of("include a.conf;"), HasSubstr("'include a.conf' is not carried: cannot be read"));
  EXPECT_THAT(yaml_of(Syntax::nginx, "http { include a.conf; }"),
              HasSubstr("'http' is not carried, nor is 1 setting of it"));
}

TEST(NginxImportTest, FilesThatIncludeThemselvesEnd) {
  const std::string text = "include test.conf;";
  const System again{{},
                     [&](const System::Path&, std::size_t) {
                       return Parsed<std::string>(boost::system::in_place_value, text);
                     },
                     {},
                     {},
                     {},
                     {}};
  const auto result = import_text(Syntax::nginx, "test.conf", text, again);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().what, HasSubstr("too deep"));
}

TEST(NginxImportTest, SyslogServersBecomeOutputs) {
  const std::string server = "server { listen 127.0.0.1:80; proxy_pass 10.0.0.1:80; }";
  const std::string yaml = yaml_of(Syntax::nginx,
                                   "error_log syslog:server=10.0.0.2:601,tag=edge warn; stream { access_log "
                                   "syslog:server=unix:/dev/log,facility=local0,nohostname main; " +
                                       server + "}");
  EXPECT_THAT(
      yaml,
      HasSubstr(
          "    - to: udp://10.0.0.2:601\n      syntax: rfc3164\n      facility: local7\n      tag: edge\n"
          "    - to: unix:/dev/log\n      syntax: rfc3164\n      facility: local0\n      tag: nginx\n"));
  EXPECT_THAT(stream_of("access_log syslog:server=logs.example main; " + server),
              HasSubstr("' is not carried: duplexd says"));
  EXPECT_THAT(stream_of("access_log syslog:=,, main; " + server),
              HasSubstr("' is not carried: duplexd writes"));
  EXPECT_THAT(stream_of("access_log off; " + server),
              HasSubstr("'access_log off' is not carried: duplexd writes"));
}

TEST(NginxImportTest, SilentTimesAreNginxs) {
  EXPECT_THAT(server_of(""), HasSubstr("connect: 1m"));
  EXPECT_THAT(server_of(""), HasSubstr("idle: 10m"));
  EXPECT_THAT(server_of("proxy_timeout 90;"), HasSubstr("idle: 1m30s"));
}

TEST(NginxImportTest, InnerDirectivesCountMore) {
  const std::string yaml =
      stream_of("proxy_timeout 1s; server { listen 127.0.0.1:1; proxy_pass 10.0.0.1:1; proxy_timeout 2s; }");
  EXPECT_THAT(yaml, HasSubstr("idle: 2s"));
  EXPECT_THAT(yaml, Not(HasSubstr("idle: 1s")));
}

TEST(NginxImportTest, InnerRulesReplaceOuterOnes) {
  const std::string yaml =
      stream_of("deny 10.0.0.1; server { listen 127.0.0.1:1; proxy_pass 10.0.0.1:1; deny 10.0.0.2; }");
  EXPECT_THAT(yaml, HasSubstr("deny: [10.0.0.2]"));
  EXPECT_THAT(yaml, HasSubstr("'deny 10.0.0.1' is not carried"));
}

TEST(NginxImportTest, TlsAndPlainAreTwoListeners) {
  const std::string yaml = stream_of(
      "server { listen 127.0.0.1:1; listen 127.0.0.1:2 ssl; ssl_certificate /a.pem; proxy_pass 10.0.0.1:1; "
      "}");
  EXPECT_THAT(yaml, HasSubstr("port-1:"));
  EXPECT_THAT(yaml, HasSubstr("port-2:"));
  EXPECT_THAT(yaml, HasSubstr("certificate_file: /a.pem"));
}

TEST(NginxImportTest, OneUpstreamPerWayToDial) {
  const std::string yaml = stream_of(
      "upstream a { server 10.0.0.1:1; } server { listen 127.0.0.1:1; proxy_pass a; } "
      "server { listen 127.0.0.1:2; proxy_pass a; proxy_protocol on; } server { listen 127.0.0.1:3; "
      "proxy_pass a; }");
  EXPECT_THAT(yaml, HasSubstr("  a-2:\n"));
  EXPECT_THAT(yaml, Not(HasSubstr("  a-3:\n    endpoints")));
}

TEST(NginxImportTest, OrderOfRulesIsKept) {
  EXPECT_THAT(server_of("deny 10.0.0.1; allow 10.0.0.0/8; deny all;"), HasSubstr("deny: [10.0.0.1]"));
  EXPECT_THAT(server_of("allow 10.0.0.1; deny 10.0.0.0/8; allow all;"),
              HasSubstr("'deny 10.0.0.0/8' is not carried"));
}

TEST(NginxImportTest, DollarSignsAreNoVariables) {
  EXPECT_THAT(server_of("ssl_preread on; proxy_ssl on; proxy_ssl_trusted_certificate /a$b.pem;"),
              HasSubstr("\"/a$$b.pem\""));
}

TEST(NginxImportTest, ServersThatAreDownGetNothing) {
  for (const char* options : {"down weight=5", "weight=5 down"})
    EXPECT_THAT(stream_of(std::string("upstream a { server 10.0.0.1:1 ") + options +
                          "; server 10.0.0.2:1; } server { listen 127.0.0.1:1; proxy_pass a; }"),
                HasSubstr("- address: 10.0.0.1:1\n        weight: 0\n"));
}

TEST(NginxImportTest, BackupsServeTogether) {
  EXPECT_THAT(
      stream_of("upstream a { server 10.0.0.1:1; server 10.0.0.2:1 backup; server 10.0.0.3:1 backup; } "
                "server { listen 127.0.0.1:1; proxy_pass a; }"),
      HasSubstr("      - address: 10.0.0.2:1\n        backup: true\n"
                "      - address: 10.0.0.3:1\n        backup: true\n"));
}

TEST(NginxImportTest, FailuresThatDifferAreTold) {
  const auto with = [](const std::string& options) {
    return stream_of("upstream a { server 10.0.0.1:1 " + options + "; server 10.0.0.2:1 " + options +
                     "; } server { listen 127.0.0.1:1; proxy_pass a; }");
  };
  EXPECT_THAT(with(""), HasSubstr("Where a server has no max_fails"));
  EXPECT_THAT(with("max_fails=2 fail_timeout=20s"),
              HasSubstr("passive:\n      failures: 2\n      ejection: 20s\n      longest: 20s\n"));
  EXPECT_THAT(with("max_fails=2"), Not(HasSubstr("Where a server has no max_fails")));
  EXPECT_THAT(server_of(""), Not(HasSubstr("Where a server has no max_fails"))) << "there is one alone";
}

TEST(NginxImportTest, CertificatesAreOfTheUpstreamsName) {
  const auto with = [](const std::string& settings) {
    return stream_of(
        "upstream db.internal { server 10.0.0.1:1; } server { listen 127.0.0.1:1; proxy_pass "
        "db.internal; proxy_ssl on; " +
        settings + "}");
  };
  const std::string verified = "proxy_ssl_verify on; proxy_ssl_trusted_certificate /ca.pem; ";
  EXPECT_THAT(with(verified), HasSubstr("server_name: db.internal"));
  EXPECT_THAT(with(verified + "proxy_ssl_name x.internal;"), HasSubstr("server_name: x.internal"));
  EXPECT_THAT(with("proxy_ssl_server_name on;"), HasSubstr("server_name: db.internal"));
  EXPECT_THAT(with(""), HasSubstr("nginx does not tell endpoints their name (SNI)"));
}

TEST(NginxImportTest, PartsWithUnlikeCertificatesAreRefused) {
  EXPECT_THAT(
      stream_of("upstream a { server 10.0.0.1:1; } split_clients $remote_addr $s { 50% a; * 10.0.0.2:1; } "
                "server { listen 127.0.0.1:1; proxy_pass $s; proxy_ssl on; }"),
      Not(HasSubstr("bind:")));
}

TEST(NginxImportTest, WhatLogsLeaveOutIsTold) {
  const std::string yaml = stream_of(
      "access_log syslog:server=10.0.0.2 main if=$x; error_log "
      "syslog:server=10.0.0.3,severity=warn; server { listen 127.0.0.1:1; "
      "proxy_pass 10.0.0.1:1; }");
  EXPECT_THAT(yaml, HasSubstr("access_log syslog:server=10.0.0.2 main if=$x': duplexd's own lines"));
  EXPECT_THAT(yaml, HasSubstr("'severity=warn'"));
}

TEST(NginxImportTest, UnknownParametersAreRefused) {
  EXPECT_THAT(
      stream_of("upstream a { server 10.0.0.1:1 route=x; } server { listen 127.0.0.1:1; proxy_pass a; }"),
      HasSubstr("'route=x' is not carried"));
}

}  // namespace
}  // namespace duplexd::importing
