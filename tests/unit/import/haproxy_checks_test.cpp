#include "tests/unit/import/haproxy_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HaproxyChecksTest, LastOptionSaysWhatIsAsked) {
  const std::string defaults =
      "defaults\n mode tcp\n timeout connect 1s\n timeout client 1m\n timeout server "
      "1m\n option mysql-check user haproxy\n";
  const std::string listen = "listen a\n bind :80\n server a 10.0.0.1:80 check\n";
  EXPECT_THAT(haproxy_yaml(defaults + listen), HasSubstr("type: mysql"));
  const std::string yaml = haproxy_yaml(defaults + listen + " option httpchk GET /x\n");
  EXPECT_THAT(yaml, HasSubstr("type: http\n"));
  EXPECT_THAT(yaml, HasSubstr("'option mysql-check user haproxy' is not carried: no check that is carried"));
  EXPECT_THAT(haproxy_yaml(defaults + listen + " option tcp-check\n"), HasSubstr("type: tcp"));
  EXPECT_THAT(haproxy_yaml(defaults + listen + " option external-check\n"), HasSubstr("type: tcp"));
}

TEST(HaproxyChecksTest, RulesOfDefaultsEndWithThem) {
  const std::string defaults = "defaults\n mode tcp\n option httpchk\n http-check expect status 503\n";
  const std::string listen = "listen a\n bind :80\n server a 10.0.0.1:80 check\n";
  EXPECT_THAT(haproxy_yaml(defaults + listen), HasSubstr("status: [503]"));
  EXPECT_THAT(haproxy_yaml(defaults + listen + " option httpchk GET /x\n"), Not(HasSubstr("503]")));
  EXPECT_THAT(haproxy_yaml(defaults + listen + " http-check send uri /x\n"), Not(HasSubstr("503]")));
}

TEST(HaproxyChecksTest, OtherPortsAreAskedWithoutTls) {
  const std::string http = " option httpchk GET /x\n";
  EXPECT_THAT(yaml_of_servers({"ssl verify none check"}, http), HasSubstr("type: https"));
  EXPECT_THAT(yaml_of_servers({"ssl verify none check port 8008"}, http), HasSubstr("type: http\n"));
  EXPECT_THAT(yaml_of_servers({"ssl verify none check port 8008 check-ssl"}, http), HasSubstr("type: https"));
  EXPECT_THAT(yaml_of_servers({"ssl verify none check no-check-ssl"}, http), HasSubstr("type: http\n"));
  EXPECT_THAT(yaml_of_servers({"ssl verify none check port 8008"}), HasSubstr("type: tcp"));
  EXPECT_THAT(yaml_of_servers({"ssl verify none check"}), HasSubstr("type: tls"));
}

TEST(HaproxyChecksTest, TlsTakesPlaceOfOtherProtocols) {
  for (const char* option : {"ldap-check", "mysql-check", "pgsql-check user a", "redis-check", "smtpchk"}) {
    const std::string lines = " option " + std::string(option) + "\n";
    const std::string yaml = yaml_of_servers({"ssl verify none check"}, lines);
    EXPECT_THAT(yaml, HasSubstr("type: tls")) << option;
    EXPECT_THAT(yaml, HasSubstr("' is not carried: duplexd asks this without TLS alone")) << option;
    EXPECT_THAT(yaml_of_servers({"ssl verify none check port 99"}, lines), Not(HasSubstr("type: tls")));
  }
  const std::string steps = " option tcp-check\n tcp-check send PING\n tcp-check expect string PONG\n";
  EXPECT_THAT(yaml_of_servers({"ssl verify none check"}, steps), HasSubstr("type: tls"));
  EXPECT_THAT(yaml_of_servers({"check"}, steps), HasSubstr("type: exchange"));
}

TEST(HaproxyChecksTest, TimeOutHoldsConnectionAndAnswer) {
  const auto timeout = [](const std::string& lines, const std::string& options) {
    return yaml_of_servers({"check " + options}, lines);
  };
  EXPECT_THAT(timeout("", ""), Not(HasSubstr("timeout:")));
  EXPECT_THAT(timeout("", "inter 5s"), HasSubstr("timeout: 5s"));
  EXPECT_THAT(timeout(" timeout connect 3s\n timeout check 1s\n", "inter 5s"), HasSubstr("timeout: 4s"));
  EXPECT_THAT(timeout(" timeout connect 9s\n timeout check 1s\n", "inter 5s"), HasSubstr("timeout: 6s"));
  EXPECT_THAT(timeout(" timeout check 1s\n", ""), HasSubstr("timeout: 3s"));
  EXPECT_THAT(timeout("", "inter 5m"), HasSubstr("timeout: 1m"));
  EXPECT_THAT(timeout("", "inter 5m"), HasSubstr("a minute at most"));
  EXPECT_THAT(timeout(" timeout check \"$T\"\n", ""), HasSubstr("'timeout check \"$T\"' is not carried"));
}

TEST(HaproxyChecksTest, RulesForOthersRefuseAll) {
  for (const char* rule :
       {"connect port 81", "expect ! string ERR", "send body x", "set-var(check.x) int(1)"}) {
    const std::string yaml =
        yaml_of_servers({"check"}, " option httpchk GET /x\n http-check expect status 200\n http-check " +
                                       std::string(rule) + "\n");
    EXPECT_THAT(yaml, HasSubstr("type: tcp")) << rule;
    EXPECT_THAT(yaml, Not(HasSubstr("path:"))) << rule;
    EXPECT_THAT(yaml, HasSubstr("'option httpchk GET /x' is not carried, nor are 2 settings of it")) << rule;
  }
}

TEST(HaproxyChecksTest, BodyAloneDecides) {
  EXPECT_THAT(
      yaml_of_servers({"check"}, " option httpchk\n http-check connect\n http-check expect string OK\n"),
      HasSubstr("      body: \"contains OK\"\n      status: [100-599]\n"));
}

TEST(HaproxyChecksTest, OptionsOfSomeChecksAreRefused) {
  for (const char* option : {"fall 9", "rise 9", "inter 9s", "downinter 9s", "port 9000", "check-ssl"}) {
    const std::string yaml = yaml_of_servers({"check", "check " + std::string(option)});
    EXPECT_THAT(yaml, HasSubstr("'" + std::string(option) + "' is not carried: ")) << option;
    EXPECT_THAT(yaml, HasSubstr("    check:\n      type: tcp\n#")) << option;
  }
  EXPECT_THAT(yaml_of_servers({"check fall 9", ""}), HasSubstr("fall: 9"));
}

TEST(HaproxyChecksTest, OtherAddressesAreNotAsked) {
  const std::string yaml = yaml_of_servers({"check addr 10.0.0.9 port 99"}, " option httpchk\n");
  EXPECT_THAT(yaml, Not(HasSubstr("check:")));
  EXPECT_THAT(yaml, HasSubstr("'check' is not carried: duplexd checks endpoints at their own addresses"));
}

TEST(HaproxyChecksTest, NamesOfCertificatesAreAskedFor) {
  const std::string yaml = yaml_of_servers({"ssl ca-file /ca.pem verifyhost db.example check"});
  EXPECT_THAT(yaml, HasSubstr("      tls:\n        ca_file: /ca.pem\n        server_name: db.example\n"));
  EXPECT_THAT(yaml_of_servers({"ssl ca-file /ca.pem check"}), HasSubstr("HAProxy's of any"));
}

TEST(HaproxyChecksTest, HeadersGoWhereSessionsGo) {
  EXPECT_THAT(yaml_of_servers({"send-proxy check check-send-proxy"}), HasSubstr("carried all"));
  EXPECT_THAT(yaml_of_servers({"send-proxy check port 99 check-send-proxy"}),
              HasSubstr("'check-send-proxy' is not carried"));
}

}  // namespace
}  // namespace duplexd::importing
