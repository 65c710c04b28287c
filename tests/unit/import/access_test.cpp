// A listener is never open where the other proxy's rules turn clients away.
#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string frontend_with(const std::string& rules) {
  std::string text = "frontend web\n bind 127.0.0.1:8081\n default_backend db\n" + rules;
  return yaml_of(Syntax::haproxy, text + "\nbackend db\n server a 10.0.0.1:5432\n");
}
std::string forward_with(const std::string& rules) {
  return yaml_of(Syntax::rinetd, "127.0.0.1 8081 10.0.0.1 80\n" + rules);
}

const auto is_left_out = Not(HasSubstr("bind:"));

TEST(ImportedAccessTest, RejectsAfterAllowedOnesAreDenied) {
  const std::string yaml = frontend_with(
      " tcp-request connection reject if !{ src 127.0.0.0/8 }\n tcp-request connection reject if { src "
      "127.0.0.1 }");
  EXPECT_THAT(yaml, HasSubstr("deny: [127.0.0.1]\n      allow: [127.0.0.0/8]"));
  EXPECT_THAT(yaml, HasSubstr("carried all"));
}

TEST(ImportedAccessTest, ContentRulesFollowConnectionRules) {
  const std::string yaml = frontend_with(
      " tcp-request connection accept if { src 10.0.0.0/8 }\n tcp-request connection reject\n"
      " tcp-request content reject if { src 10.66.0.0/16 }");
  EXPECT_THAT(yaml, HasSubstr("deny: [10.66.0.0/16]\n      allow: [10.0.0.0/8]"));
}

TEST(ImportedAccessTest, SessionRulesCount) {
  EXPECT_THAT(frontend_with(" tcp-request session reject if { src 10.0.0.9 }"),
              HasSubstr("deny: [10.0.0.9]"));
}

TEST(ImportedAccessTest, AllowedListsAreIntersected) {
  const std::string yaml = frontend_with(
      " tcp-request connection reject if !{ src 10.0.0.0/8 }\n"
      " tcp-request content reject if !{ src 10.1.0.0/16 192.168.0.0/16 }");
  EXPECT_THAT(yaml, HasSubstr("allow: [10.1.0.0/16]"));
}

TEST(ImportedAccessTest, AcceptedSourcesAreNotDenied) {
  for (const std::string kind : {"connection", "content"})
    EXPECT_THAT(frontend_with(" tcp-request " + kind + " accept if { src 127.0.0.1 }\n tcp-request " + kind +
                              " reject if { src 127.0.0.0/8 }"),
                is_left_out);
}

TEST(ImportedAccessTest, OtherAcceptedSourcesDoNoHarm) {
  const std::string yaml = frontend_with(
      " tcp-request connection accept if { src 192.168.0.1 }\n tcp-request connection reject if { src "
      "10.0.0.0/8 }");
  EXPECT_THAT(yaml, HasSubstr("deny: [10.0.0.0/8]"));
}

TEST(ImportedAccessTest, UnreadRulesLeaveListenersOut) {
  for (const std::string rules :
       {" tcp-request connection accept if { src -f white.lst }\n tcp-request connection reject",
        " tcp-request connection reject if { src -f black.lst }", " tcp-request connection reject",
        " tcp-request connection silent-drop if { src -f black.lst }", " tcp-request content reject",
        " tcp-request content reject if !{ req.ssl_hello_type 1 }",
        " tcp-request content reject if { req.ssl_sni -m reg ^a }"}) {
    const std::string yaml = frontend_with(rules);
    EXPECT_THAT(yaml, is_left_out) << rules;
    EXPECT_THAT(yaml, HasSubstr("the listener is left out")) << rules;
  }
}

TEST(ImportedAccessTest, RulesOfLoadLeaveListenersOpen) {
  const std::string yaml = frontend_with(" tcp-request connection reject if { sc0_conn_cur ge 10 }");
  EXPECT_THAT(yaml, HasSubstr("bind:"));
  EXPECT_THAT(yaml, HasSubstr("ge 10 }' is not carried: see"));
}

TEST(ImportedAccessTest, RulesOfProxiesAreNoAccess) {
  const std::string yaml = yaml_of(Syntax::haproxy,
                                   "listen a\n bind 127.0.0.1:81 accept-proxy\n server s 10.0.0.1:80\n"
                                   " tcp-request connection reject if !{ src 10.0.0.0/8 }\n");
  EXPECT_THAT(yaml, is_left_out);
}

TEST(ImportedAccessTest, ForwardsIntersectTheirRules) {
  const std::string rest = "127.0.0.1 8081 10.0.0.1 80\n";
  EXPECT_THAT(
      yaml_of(Syntax::rinetd, "allow 10.1.*\nallow 10.2.*\n" + rest + "allow 10.*\nallow 192.168.*\n"),
      HasSubstr("allow:\n        - 10.1.0.0/16\n        - 10.2.0.0/16\n"));
  EXPECT_THAT(yaml_of(Syntax::rinetd, "allow 10.*\n" + rest + "allow 192.168.*\n"), is_left_out);
  EXPECT_THAT(forward_with("allow 10.0.0.?\nallow *\n"), Not(HasSubstr("access:")));
}

TEST(ImportedAccessTest, UnreadPatternsLeaveForwardsOut) {
  for (const std::string rules : {"allow 10.0.0.1?\n", "deny 10.0.0.1?\n", "deny *\n"})
    EXPECT_THAT(forward_with(rules), is_left_out) << rules;
  EXPECT_THAT(forward_with("allow 10.0.0.1?\nallow 10.1.*\n"), HasSubstr("allow: [10.1.0.0/16]"));
}

}  // namespace
}  // namespace duplexd::importing
