#include "tests/unit/import/haproxy_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* not_all = "not all of these servers have it";

TEST(HaproxyServersTest, OptionsOfSomeAreRefused) {
  for (const char* option : {"tcp-ut 5s", "on-marked-down shutdown-sessions", "slowstart 10s",
                             "source 10.0.0.9", "observe layer4", "init-addr none", "check-sni x"}) {
    const std::string yaml = yaml_of_servers({"check", "check " + std::string(option)});
    EXPECT_THAT(yaml, HasSubstr("'" + std::string(option) + "' is not carried: ")) << option;
    EXPECT_THAT(yaml, HasSubstr("endpoints:\n      - 10.0.0.1:5432\n      - 10.0.0.2:5432\n    check:\n"));
  }
}

TEST(HaproxyServersTest, OptionsOfAllAreCarried) {
  const std::string yaml = yaml_of_servers({"", ""}, " default-server on-marked-down shutdown-sessions\n");
  EXPECT_THAT(yaml, HasSubstr("on_down: close"));
  EXPECT_THAT(yaml, Not(HasSubstr("is not carried")));
}

TEST(HaproxyServersTest, CertificatesOfSomeAreVerified) {
  const std::string yaml = yaml_of_servers({"ssl ca-file /ca.pem", "ssl verify none"});
  EXPECT_THAT(yaml, HasSubstr("verify: chain\n      ca_file: /ca.pem"));
  EXPECT_THAT(yaml, HasSubstr("'verify none' is not carried"));
  EXPECT_THAT(yaml_of_servers({"ssl verify none", "ssl verify required ca-file /ca.pem"}),
              HasSubstr("verify: chain\n      ca_file: /ca.pem"));
  EXPECT_THAT(yaml_of_servers({"ssl verify none", "ssl verify none"}), HasSubstr("verify: off"));
}

TEST(HaproxyServersTest, NameOfSomeIsRemarked) {
  const std::string yaml = yaml_of_servers({"ssl ca-file /ca.pem verifyhost x", "ssl ca-file /ca.pem"});
  EXPECT_THAT(yaml, HasSubstr("verify: full"));
  EXPECT_THAT(yaml, HasSubstr(not_all));
}

TEST(HaproxyServersTest, GlobalMaySpareVerification) {
  const std::string global = "global\n ssl-server-verify none\n";
  const std::string servers = "listen a\n bind :80\n server a 10.0.0.1:80 ssl\n server b 10.0.0.2:80 ssl ";
  EXPECT_THAT(haproxy_yaml(global + servers + "\n"), HasSubstr("verify: off"));
  EXPECT_THAT(haproxy_yaml(global + servers + "\n"), HasSubstr("carried all"));
  EXPECT_THAT(haproxy_yaml(global + servers + "verify required ca-file /ca.pem\n"),
              HasSubstr("verify: chain"));
}

TEST(HaproxyServersTest, BackupsServeOneAfterAnother) {
  const std::string yaml = yaml_of_servers({"", "backup", "backup"});
  EXPECT_THAT(yaml, HasSubstr("- 10.0.0.1:5432\n      - address: 10.0.0.2:5432\n        priority: 1\n"
                              "      - address: 10.0.0.3:5432\n        priority: 2\n"));
  EXPECT_THAT(yaml_of_servers({"", "backup"}), HasSubstr("backup: true"));
}

TEST(HaproxyServersTest, AllBackupsServeTogether) {
  const std::string yaml = yaml_of_servers({"", "backup", "backup"}, " option allbackups\n");
  EXPECT_THAT(yaml, HasSubstr("10.0.0.2:5432\n        backup: true\n"));
  EXPECT_THAT(yaml, HasSubstr("10.0.0.3:5432\n        backup: true\n"));
  EXPECT_THAT(yaml, HasSubstr("carried all"));
}

TEST(HaproxyServersTest, BackupsBeyondPrioritiesAreLeftOut) {
  std::vector<std::string> options(103, "backup");
  options[0] = "";
  const std::string yaml = yaml_of_servers(options);
  EXPECT_THAT(yaml, HasSubstr("priority: 100"));
  EXPECT_THAT(yaml, Not(HasSubstr("priority: 101")));
  EXPECT_THAT(yaml, Not(HasSubstr("- 10.0.0.102")));
  EXPECT_THAT(yaml, Not(HasSubstr("address: 10.0.0.102")));
}

TEST(HaproxyServersTest, ReturnOfActivesClosesBackups) {
  const std::string option = "on-marked-up shutdown-backup-sessions";
  EXPECT_THAT(yaml_of_servers({option, "backup"}), HasSubstr("on_up: close_backups"));
  EXPECT_THAT(yaml_of_servers({option, "backup"}), HasSubstr("carried all"));
  EXPECT_THAT(yaml_of_servers({"", "backup " + option}), Not(HasSubstr("on_up")));
  EXPECT_THAT(yaml_of_servers({option, "backup", "backup"}), HasSubstr("a backup that is up again ends"));
}

TEST(HaproxyServersTest, ErrorsAreCountedToTen) {
  EXPECT_THAT(yaml_of_servers({"check observe layer4"}), HasSubstr("failures: 10"));
  EXPECT_THAT(yaml_of_servers({"check observe layer4 error-limit 5"}), HasSubstr("failures: 5"));
  EXPECT_THAT(yaml_of_servers({"check error-limit 5"}),
              HasSubstr("'error-limit 5' is not carried: no server has observe"));
}

TEST(HaproxyServersTest, SourceHasInterfaceAndClient) {
  EXPECT_THAT(yaml_of_servers({""}, " source 10.0.0.9 interface eth1\n"),
              HasSubstr("endpoint:\n      source: [10.0.0.9]\n      interface: eth1\n"));
  EXPECT_THAT(yaml_of_servers({"source 10.0.0.9 interface eth1"}), HasSubstr("interface: eth1"));
  EXPECT_THAT(yaml_of_servers({""}, " source 0.0.0.0 usesrc clientip\n"), HasSubstr("source: client"));
  EXPECT_THAT(yaml_of_servers({""}, " source 0.0.0.0 usesrc client\n"),
              HasSubstr("another one than the client"));
  EXPECT_THAT(yaml_of_servers({""}, " source 0.0.0.0 usesrc hdr_ip(x)\n"),
              HasSubstr("'source 0.0.0.0 usesrc hdr_ip(x)' is not carried"));
}

TEST(HaproxyServersTest, FamilyOfNameIsRemarked) {
  const auto server = [](const std::string& address) {
    return yaml_of_listen(" server a " + address + "\n");
  };
  EXPECT_THAT(server("ipv4@db.internal:80"), HasSubstr("resolved to both families"));
  EXPECT_THAT(server("ipv4@10.0.0.1:80"), Not(HasSubstr("both families")));
  EXPECT_THAT(server("ipv6@[::1]:80"), Not(HasSubstr("both families")));
}

TEST(HaproxyServersTest, PortsOfSourceAreRemarked) {
  const std::string yaml = yaml_of_servers({""}, " source 10.0.0.9:20000-30000\n");
  EXPECT_THAT(yaml, HasSubstr("source: [10.0.0.9]"));
  EXPECT_THAT(yaml, HasSubstr("duplexd dials from any port of the address"));
  EXPECT_THAT(yaml_of_listen(" server a [2001:db8::2]:80 source [2001:db8::1]:0\n"),
              HasSubstr("source: [2001:db8::1]"));
}

}  // namespace
}  // namespace duplexd::importing
