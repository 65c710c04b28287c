#include "core/net/address/address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

using BindKind = BindAddress::Kind;

std::string bind_error_of(std::string_view text) {
  const auto bind = parse_bind(text);
  return bind ? "accepted as " + bind->front().to_string() : bind.error().what;
}

TEST(BindAddressTest, BindAddressReadsBackAsWritten) {
  for (const std::string_view text : {":5432", "0.0.0.0:5432", "[::]:5432", "[::1]:0", "unix:/run/x.sock",
                                      "unix:@x", "systemd:duplexd.socket"}) {
    const auto bind = parse_bind(text);
    ASSERT_TRUE(bind) << bind.error().what;
    ASSERT_EQ(bind->size(), 1U);
    EXPECT_EQ(bind->front().to_string(), text);
  }
}

TEST(BindAddressTest, PortAloneIsBothWildcards) {
  const auto bind = parse_bind(":5432");
  ASSERT_TRUE(bind);
  EXPECT_EQ(bind->front(), (BindAddress{BindKind::dual_stack, SocketAddress::any(AF_INET6, 5432), {}}));
  EXPECT_EQ(parse_bind("[::]:5432")->front().kind, BindKind::address);
}

TEST(BindAddressTest, StarIsAllOfIpv4) {
  const auto bind = parse_bind("*:5432");
  ASSERT_TRUE(bind) << bind.error().what;
  EXPECT_EQ(bind->front(), (BindAddress{BindKind::address, SocketAddress::any(AF_INET, 5432), {}}));
  EXPECT_EQ(parse_bind("*:5000-5010")->back().to_string(), "0.0.0.0:5010");
  EXPECT_EQ(bind_error_of("[*]:80"), "'*' is no IPv6 address");
  EXPECT_EQ(bind_error_of("*"), "port is missing: write '*:5432'");
}

TEST(BindAddressTest, InheritedSocketHasAName) {
  const auto bind = parse_bind("systemd:web");
  ASSERT_TRUE(bind);
  EXPECT_EQ(bind->front(), (BindAddress{BindKind::inherited, {}, "web"}));
  EXPECT_TRUE(parse_bind("systemd:" + std::string(255, 'x')));
}

TEST(BindAddressTest, PortRangeHasOneEntryEach) {
  const auto bind = parse_bind("127.0.0.1:5000-5002");
  ASSERT_TRUE(bind);
  ASSERT_EQ(bind->size(), 3U);
  EXPECT_EQ(bind->at(0).to_string(), "127.0.0.1:5000");
  EXPECT_EQ(bind->at(2).to_string(), "127.0.0.1:5002");
  EXPECT_EQ(parse_bind(":65535-65535")->size(), 1U);
  EXPECT_EQ(parse_bind("[::1]:64512-65535")->size(), 1024U);
}

TEST(BindAddressTest, PortRangeHasLimits) {
  EXPECT_EQ(bind_error_of(":5010-5000"), "the range of ports runs backwards: write '5000-5010'");
  EXPECT_EQ(bind_error_of(":1-1025"), "'1-1025' holds 1025 ports: 1024 at most");
  EXPECT_EQ(bind_error_of(":0-5"), "a range of ports starts at 1 or above");
  EXPECT_EQ(bind_error_of(":5-"), "port is missing behind '-'");
  EXPECT_EQ(bind_error_of(":-5"), "port is missing before '-'");
  EXPECT_EQ(bind_error_of(":5-6-7"), "'6-7' is no port: a port is a number up to 65535");
}

TEST(BindAddressTest, BindErrorsNameTheRemedy) {
  EXPECT_EQ(bind_error_of("5432"), "':' is missing: write ':5432'");
  EXPECT_EQ(bind_error_of("localhost:5432"), "'localhost' is no IP address: write '127.0.0.1:5432'");
  EXPECT_EQ(bind_error_of(":"), "port is missing behind ':'");
  EXPECT_EQ(bind_error_of("::1:80"), "an IPv6 address goes in brackets: '[::1]:80'");
  EXPECT_EQ(bind_error_of("[]:80"), "'' is no IPv6 address");
  EXPECT_EQ(bind_error_of("systemd:"), "name is missing: write 'systemd:NAME' as in FileDescriptorName=NAME");
}

TEST(BindAddressTest, InheritedNameFollowsSystemdsRules) {
  for (const std::string& name :
       {std::string("a:b"), std::string("a b"), std::string("a\n"), std::string(256, 'x')})
    EXPECT_NE(bind_error_of("systemd:" + name).find("is no name of a descriptor"), std::string::npos) << name;
}

}  // namespace
}  // namespace duplexd
