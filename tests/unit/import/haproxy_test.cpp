#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string backend = "backend db\n server a 10.0.0.1:5432\n";

std::string of(const std::string& text) { return yaml_of(Syntax::haproxy, text); }
std::string of_frontend(const std::string& lines) {
  return of("frontend web\n bind 127.0.0.1:80\n default_backend db\n" + lines + "\n" + backend);
}
std::string of_server(const std::string& options) {
  return of("listen db\n bind 127.0.0.1:80\n server a 10.0.0.1:5432 " + options + "\n");
}

TEST(HaproxyImportTest, WordsKnowQuotesAndEscapes) {
  EXPECT_THAT(of("listen 'a'\n bind \"127.0.0.1:80\" # x\n server a\\ b 10.0.0.1:80\n"),
              HasSubstr("carried all"));
  EXPECT_EQ(error_of(Syntax::haproxy, "listen a\n bind \"x\n"), "test.conf:2: a quote is not closed");
  EXPECT_EQ(error_of(Syntax::haproxy, "listen a\n bind x\\\n"), "test.conf:2: nothing follows a backslash");
  EXPECT_THAT(error_of(Syntax::haproxy, "bind :80\n"), HasSubstr("outside of any section"));
}

TEST(HaproxyImportTest, VariablesStayVariables) {
  EXPECT_THAT(of_server("weight \"$WEIGHT\""), HasSubstr("weight: \"${WEIGHT}\""));
  EXPECT_THAT(of_server("maxconn \"${N-5}\""), HasSubstr("max_sessions: \"${N:-5}\""));
  EXPECT_THAT(of_server("check inter \"$T\""), HasSubstr("'inter ${T}' is not carried"));
  EXPECT_THAT(of_server("check inter '$T'"), HasSubstr("is not carried"));
}

TEST(HaproxyImportTest, LogLinesBecomeOutputs) {
  const auto global = [](const std::string& lines) {
    return of("global\n" + lines +
              "listen a\n bind :80\n log global\n option tcplog\n server s 10.0.0.1:80\n");
  };
  EXPECT_THAT(
      global(" log localhost:5140 len 4096 format rfc5424 local3\n log-tag edge\n"),
      HasSubstr("  output:\n    - to: udp://127.0.0.1:5140\n      syntax: rfc5424\n      facility: local3\n"
                "      tag: edge\n"));
  EXPECT_THAT(global(" log /dev/log local0\n"), HasSubstr("carried all"));
  EXPECT_THAT(global(" log /dev/log local0\n log /dev/log local0\n"), HasSubstr("carried all"));
  EXPECT_THAT(global(" log logs.example local0\n"),
              HasSubstr("'log logs.example local0' is not carried: duplexd says"));
  EXPECT_THAT(global(" log 127.0.0.1 audit\n"),
              HasSubstr("'log 127.0.0.1 audit' is not carried: duplexd says"));
  EXPECT_THAT(global(" log ring@buffer local0\n"),
              HasSubstr("'log ring@buffer local0' is not carried: duplexd says"));
  EXPECT_THAT(global(""), HasSubstr("'log global' is not carried"));
}

TEST(HaproxyImportTest, OneLevelCountsForAllOutputs) {
  const auto levels = [](const std::string& first, const std::string& second) {
    return of("global\n log 10.0.0.1 local0 " + first + "\n log 10.0.0.2 local0 " + second +
              "\nlisten a\n bind :80\n server s 10.0.0.1:80\n");
  };
  EXPECT_THAT(levels("err", "crit"), HasSubstr("level: error"));
  EXPECT_THAT(levels("err", "crit"), HasSubstr("carried all"));
  EXPECT_THAT(levels("", "err"), HasSubstr("'log 10.0.0.2 local0 err' is not carried: all outputs"));
  EXPECT_THAT(levels("", "err"), Not(HasSubstr("level:")));
  EXPECT_THAT(levels("loud", ""),
              HasSubstr("'log 10.0.0.1 local0 loud' is not carried: duplexd has no such level"));
}

TEST(HaproxyImportTest, DontlognullHasToBeEverywhere) {
  const auto file = [](const std::string& one, const std::string& other) {
    return of("listen a\n bind :80\n" + one + " server s 10.0.0.1:80\nlisten b\n bind :81\n" + other +
              " server s 10.0.0.1:80\n");
  };
  const std::string option = " option dontlognull\n";
  EXPECT_THAT(file(option, option), HasSubstr("empty: off"));
  EXPECT_THAT(file(option, option), HasSubstr("carried all"));
  EXPECT_THAT(file(option, ""), Not(HasSubstr("\n  empty: off")));
  EXPECT_THAT(file(option, ""), HasSubstr("'option dontlognull' is not carried"));
}

TEST(HaproxyImportTest, TimesWithoutUnitAreMilliseconds) {
  EXPECT_THAT(of_frontend(" timeout client 1500"), HasSubstr("idle: 1s500ms"));
  EXPECT_THAT(of_frontend(" timeout client 0"), HasSubstr("idle: off"));
  EXPECT_THAT(of_frontend(" timeout client soon"), HasSubstr("is not carried"));
}

TEST(HaproxyImportTest, ShorterTimeOutCounts) {
  const std::string yaml =
      of("listen a\n bind 127.0.0.1:80\n timeout client 1m\n timeout server 2m\n server a 10.0.0.1:80\n");
  EXPECT_THAT(yaml, HasSubstr("idle: 1m"));
  EXPECT_THAT(yaml, HasSubstr("shorter one counts"));
}

TEST(HaproxyImportTest, UnlikeBindLinesAreListeners) {
  const std::string yaml = of_frontend(" bind 127.0.0.1:81 interface eth0\n bind 127.0.0.1:82");
  EXPECT_THAT(yaml, HasSubstr("  web:"));
  EXPECT_THAT(yaml, HasSubstr("  web-2:"));
  EXPECT_THAT(yaml, Not(HasSubstr("web-3")));
}

TEST(HaproxyImportTest, UnlikeOptionsOfServersAreRefused) {
  const std::string yaml =
      of("listen a\n bind 127.0.0.1:80\n server a 10.0.0.1:80 check inter 1s\n server b 10.0.0.2:80 check "
         "inter 2s\n");
  EXPECT_THAT(yaml, HasSubstr("interval: 1s"));
  EXPECT_THAT(yaml, HasSubstr("'inter 2s' is not carried"));
}

TEST(HaproxyImportTest, UnlikeServersAreLeftOut) {
  const std::string yaml =
      of("listen a\n bind 127.0.0.1:80\n server a 10.0.0.1:80 ssl verify none\n server b 10.0.0.2:80\n");
  EXPECT_THAT(yaml, HasSubstr("endpoints: [10.0.0.1:80]"));
  EXPECT_THAT(yaml, HasSubstr("'server b 10.0.0.2:80' is not carried"));
}

TEST(HaproxyImportTest, RulesOfSourcesBecomeAccess) {
  EXPECT_THAT(of_frontend(" tcp-request connection reject if !{ src 10.0.0.0/8 }"),
              HasSubstr("allow: [10.0.0.0/8]"));
  EXPECT_THAT(of_frontend(" tcp-request connection reject if { src 10.1.2.3/8 }"),
              HasSubstr("deny: [10.0.0.0/8]"));
  const std::string mixed = of_frontend(
      " tcp-request connection accept if { src 10.0.0.1 }\n tcp-request connection reject if { src "
      "10.0.0.0/8 }");
  EXPECT_THAT(mixed, HasSubstr("write access by hand"));
  EXPECT_THAT(mixed, Not(HasSubstr("bind:")));
}

TEST(HaproxyImportTest, RejectedContentIsRoutedFirst) {
  const std::string yaml = of_frontend(
      " use_backend db if { req.ssl_sni a.example }\n tcp-request content reject if { req.ssl_sni b.example "
      "}");
  EXPECT_THAT(yaml, HasSubstr("routes:\n      - sni: [b.example]\n        reject: true\n"));
}

TEST(HaproxyImportTest, AcceptedContentIsNotRejected) {
  const std::string good = " tcp-request content accept if { req.ssl_sni a.example }\n";
  const std::string reject = " tcp-request content reject if { req.ssl_sni b.example }";
  EXPECT_THAT(of_frontend(good + reject), Not(HasSubstr("bind:")));
  const std::string wait = " tcp-request content accept if { req.ssl_hello_type 1 }\n";
  EXPECT_THAT(of_frontend(wait + reject), HasSubstr("b.example }' is not carried: no client of TLS"));
  EXPECT_THAT(of_frontend(wait + reject), Not(HasSubstr("reject: true")));
}

TEST(HaproxyImportTest, UnconditionalBackendEndsTheList) {
  const std::string yaml = of_frontend(" use_backend db\n use_backend db if { req.ssl_sni a.example }");
  EXPECT_THAT(yaml, Not(HasSubstr("routes:")));
  EXPECT_THAT(yaml, HasSubstr("is not carried: the use_backend line before"));
}

TEST(HaproxyImportTest, InspectDelayLeavesTimeToConnect) {
  const std::string yaml =
      of("frontend web\n bind 127.0.0.1:80\n default_backend db\n tcp-request inspect-delay 3s\n"
         " use_backend db if { req.ssl_sni a.example }\n" +
         backend + " timeout connect 2s\n retries 1\n");
  EXPECT_THAT(yaml, HasSubstr("handshake: 7s"));
}

TEST(HaproxyImportTest, SourcesBeforeTlsForbidOthers) {
  const std::string yaml =
      of_frontend(" use_backend db if { src 10.0.0.1 }\n use_backend db if !{ req.ssl_hello_type 1 }");
  EXPECT_THAT(yaml, HasSubstr("' is not carried: duplexd's routes say what has"));
}

TEST(HaproxyImportTest, HalfAnExchangeIsNone) {
  const std::string yaml =
      of("listen a\n bind 127.0.0.1:80\n option tcp-check\n tcp-check send PING\n"
         " tcp-check expect ! string ERR\n server a 10.0.0.1:80 check\n");
  EXPECT_THAT(yaml, HasSubstr("type: tcp"));
  EXPECT_THAT(yaml, Not(HasSubstr("steps:")));
}

TEST(HaproxyImportTest, DuplexdsReasonIsTheComment) {
  EXPECT_THAT(of_server("weight 2000"), HasSubstr("'weight 2000' is not carried: duplexd says: "));
  EXPECT_THAT(of_server("weight 2000"), Not(HasSubstr("weight: 2000")));
}

TEST(HaproxyImportTest, HttpIsRefusedByName) {
  const Imported result =
      imported(Syntax::haproxy, "frontend a\n mode http\n bind :80\n default_backend b\n");
  EXPECT_FALSE(result.has_listeners);
  EXPECT_EQ(result.carried, 0u);
  EXPECT_EQ(result.settings, 4u);
  EXPECT_THAT(result.yaml, HasSubstr("'frontend a' is not carried, nor are 3 settings of it: it is of mode"));
}

TEST(HaproxyImportTest, CommentsCannotBreakOut) {
  const std::string yaml = of_frontend(" foo \"a\\nlisteners: {}\" \xff");
  EXPECT_EQ(objections(yaml), "");
  EXPECT_THAT(yaml, HasSubstr("is not carried"));
}

TEST(HaproxyImportTest, NamesAreMadeFit) {
  const std::string yaml =
      of("listen a:b\n bind 127.0.0.1:80\n server a 10.0.0.1:80\nlisten a/b\n bind 127.0.0.1:81\n server a "
         "10.0.0.1:80\n");
  EXPECT_THAT(yaml, HasSubstr("  a_b:\n"));
  EXPECT_THAT(yaml, HasSubstr("  a_b-2:\n"));
}

}  // namespace
}  // namespace duplexd::importing
