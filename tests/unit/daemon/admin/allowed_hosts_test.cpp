#include "daemon/admin/allowed_hosts.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

AllowedHosts bound_to(std::string_view bind, std::vector<std::string> names = {}) {
  return {*parse_bind(bind), std::move(names)};
}

TEST(AllowedHosts, BoundAddressIsAllowed) {
  const AllowedHosts hosts = bound_to("127.0.0.1:9640");
  for (const char* host : {"127.0.0.1", "127.0.0.1:9640", "127.0.0.1:80", "127.0.0.1:"})
    EXPECT_TRUE(hosts.admits(host)) << host;
  for (const char* host : {"127.0.0.2", "[::1]:9640", "192.0.2.1"}) EXPECT_FALSE(hosts.admits(host)) << host;
  EXPECT_TRUE(bound_to("[::1]:9640").admits("[::1]:9640"));
  EXPECT_TRUE(bound_to("[::1]:9640").admits("[0:0:0:0:0:0:0:1]"));
}

TEST(AllowedHosts, WildcardAllowsAddressesOfItsFamily) {
  EXPECT_TRUE(bound_to("0.0.0.0:9640").admits("192.0.2.1:9640"));
  EXPECT_FALSE(bound_to("0.0.0.0:9640").admits("[2001:db8::1]:9640"));
  EXPECT_TRUE(bound_to("[::]:9640").admits("[2001:db8::1]:9640"));
  EXPECT_FALSE(bound_to("[::]:9640").admits("192.0.2.1"));
  EXPECT_TRUE(bound_to(":9640").admits("192.0.2.1"));
  EXPECT_TRUE(bound_to(":9640").admits("[2001:db8::1]"));
}

TEST(AllowedHosts, NamesCountWithoutCaseAndPort) {
  const AllowedHosts hosts = bound_to("127.0.0.1:9640", {"proxy.example.com"});
  for (const char* host : {"localhost", "LocalHost:9640", "proxy.example.com", "PROXY.example.com.:1"})
    EXPECT_TRUE(hosts.admits(host)) << host;
}

TEST(AllowedHosts, OtherNamesAreRefused) {
  const AllowedHosts hosts = bound_to(":9640", {"proxy.example.com"});
  for (const char* host : {"",
                           ":",
                           ":9640",
                           ".",
                           "evil.com",
                           "localhost.evil.com",
                           "127.0.0.1.evil.com",
                           "evil.com:9640",
                           "evil.com@localhost",
                           "localhost@evil.com",
                           "localhost:evil",
                           "localhost:9640:1",
                           "localhost ",
                           "proxy.example.com.evil.com",
                           "a.proxy.example.com",
                           "127.1",
                           "2130706433",
                           "0x7f.1",
                           "::1",
                           "[::1",
                           "unix:/run/x",
                           "[localhost]",
                           "localhost:123456"})
    EXPECT_FALSE(hosts.admits(host)) << host;
}

TEST(AllowedHosts, NothingBoundAllowsLocalhost) {
  EXPECT_FALSE(AllowedHosts().admits("127.0.0.1"));
  EXPECT_TRUE(AllowedHosts({}, {}).admits("localhost"));
}

}  // namespace
}  // namespace duplexd
