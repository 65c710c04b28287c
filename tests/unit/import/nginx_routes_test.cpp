// map and geo of nginx: whoever fits best decides, as there.
#include "tests/unit/import/import_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string led_by(const std::string& map, const std::string& more = "ssl_preread on;") {
  return yaml_of(Syntax::nginx, "stream { " + map + " server { listen 127.0.0.1:443; proxy_pass $to; " +
                                    more +
                                    "} upstream a { server 10.0.0.1:1; } upstream b { server 10.0.0.2:1; } "
                                    "upstream c { server 10.0.0.3:1; } }");
}
std::string by_names(const std::string& lines) {
  return led_by("map $ssl_preread_server_name $to { " + lines + "}");
}

TEST(NginxRoutesImportTest, NarrowestNameWins) {
  EXPECT_THAT(by_names("hostnames; default c; .example.com a; *.x.example.com b; api.example.com b;"),
              HasSubstr("    routes:\n"
                        "      - upstream: a\n        sni: [example.com]\n"
                        "      - upstream: b\n        sni:\n          - api.example.com\n"
                        "          - \"*.x.example.com\"\n"
                        "      - upstream: a\n        sni: [\"*.example.com\"]\n"
                        "    upstream: c\n"));
}

TEST(NginxRoutesImportTest, NamesWithoutHostnamesAreTexts) {
  const std::string yaml = by_names("*.x.com a; .y.com b; z.com c;");
  EXPECT_THAT(yaml, HasSubstr("'*.x.com a' is not carried: it stands for other names"));
  EXPECT_THAT(yaml, HasSubstr("'.y.com b' is not carried: it stands for other names"));
  EXPECT_THAT(yaml, HasSubstr("sni: [z.com]"));
}

TEST(NginxRoutesImportTest, WhatIsNoNameTakesNobody) {
  for (const char* name : {"'x y.com'", "*.*.x.com", "www.x.*", "''"})
    EXPECT_THAT(by_names("hostnames; " + std::string(name) + " a; z.com b; default c;"),
                HasSubstr("    routes:\n      - upstream: b\n        sni: [z.com]\n    upstream: c\n"))
        << name;
}

TEST(NginxRoutesImportTest, WhatIsNoPortTakesNobody) {
  for (const char* port : {"0", "65536", "x"})
    EXPECT_THAT(
        led_by("map $server_port $to { " + std::string(port) + " a; 443 b; default c; }"),
        HasSubstr("    routes:\n      - upstream: b\n        destination_port: [443]\n    upstream: c\n"))
        << port;
}

TEST(NginxRoutesImportTest, EscapedDefaultIsNoDefault) {
  EXPECT_THAT(by_names("\\default a; z.com c;"), Not(HasSubstr("sni: [default]")));
}

TEST(NginxRoutesImportTest, LongestPrefixWins) {
  EXPECT_THAT(
      led_by("geo $to { default a; 10.0.0.0/8 b; 10.1.0.0/16 c; 10.1.1.1 b; 10.2.0.0/16 c; }"),
      HasSubstr("    routes:\n"
                "      - upstream: b\n        source: [10.1.1.1]\n"
                "      - upstream: c\n        source:\n          - 10.1.0.0/16\n          - 10.2.0.0/16\n"
                "      - upstream: b\n        source: [10.0.0.0/8]\n"
                "    upstream: a\n"));
}

TEST(NginxRoutesImportTest, LastLineOfNetworkCounts) {
  const std::string yaml = led_by("geo $to { default a; 10.0.0.0/8 b; 10.1.0.0/8 c; }");
  EXPECT_THAT(yaml, HasSubstr("      - upstream: c\n        source: [10.0.0.0/8]\n"));
  EXPECT_THAT(yaml, HasSubstr("'10.0.0.0/8 b' is not carried: a later line says otherwise"));
}

TEST(NginxRoutesImportTest, NetworksThatAreCutAreRefused) {
  for (const char* lines : {"10.0.0.0/8 b; delete 10.1.0.0/16;", "ranges; 10.0.0.0-10.0.0.9 b;"}) {
    const std::string yaml = led_by(std::string("geo $to { default a; ") + lines + "}");
    EXPECT_THAT(yaml, Not(HasSubstr("bind:")));
    EXPECT_THAT(yaml, HasSubstr("'proxy_pass $to' is not carried: duplexd's routes know networks"));
  }
}

TEST(NginxRoutesImportTest, MapComparesWholeAddresses) {
  const std::string yaml = led_by("map $remote_addr $to { default a; 10.0.0.0/8 b; 10.0.0.1 c; }");
  EXPECT_THAT(yaml, HasSubstr("'10.0.0.0/8 b' is not carried: map compares it"));
  EXPECT_THAT(yaml, HasSubstr("source: [10.0.0.1]"));
}

TEST(NginxRoutesImportTest, VersionsOfTlsAreNotMixed) {
  for (const char* lines : {"\"\" a; TLSv1.2 b; default c;", "TLSv1.2 b; TLSv1.3 c; default b;",
                            "TLSv1.3 b; \"\" a;", "~TLS b; default a;"}) {
    const std::string yaml = led_by(std::string("map $ssl_preread_protocol $to { ") + lines + "}");
    EXPECT_THAT(yaml, Not(HasSubstr("bind:"))) << lines;
    EXPECT_THAT(yaml, HasSubstr("duplexd's routes do not tell versions of TLS")) << lines;
  }
}

TEST(NginxRoutesImportTest, ClientsOfTlsGoOneWay) {
  EXPECT_THAT(led_by("map $ssl_preread_protocol $to { \"\" a; TLSv1.3 b; default b; }"),
              HasSubstr("      - upstream: b\n        sni: [default]\n    upstream: a\n"));
  EXPECT_THAT(led_by("map $ssl_preread_protocol $to { \"\" a; }"),
              HasSubstr("      - reject: true\n        sni: [default]\n    upstream: a\n"));
}

TEST(NginxRoutesImportTest, ClientsWithoutPlaceAreClosed) {
  EXPECT_THAT(by_names("x.com 10.0.0.1:$server_port; default a;"),
              HasSubstr("      - reject: true\n        sni: [x.com]\n    upstream: a\n"));
}

TEST(NginxRoutesImportTest, NamesNeedPreread) {
  EXPECT_THAT(led_by("map $ssl_preread_server_name $to { x.com a; default b; }", ""),
              HasSubstr("'proxy_pass $to' is not carried: without ssl_preread"));
}

}  // namespace
}  // namespace duplexd::importing
