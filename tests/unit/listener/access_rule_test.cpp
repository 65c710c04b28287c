#include "core/listener/access_rule.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

NetworkSet networks(std::string_view text) { return NetworkSet({*Network::parse(text)}); }

AccessRule rule(const AccessConfig& access, std::string_view client) {
  return access_rule(access, PeerAddress(test::address_of(client)));
}

TEST(AccessRuleTest, DeniedCountsBeforeAllowed) {
  const AccessConfig access{.allow = networks("10.0.0.0/8"), .deny = networks("10.1.0.0/16")};
  EXPECT_EQ(rule(access, "10.1.0.1:1"), AccessRule::denied);
  EXPECT_EQ(rule(access, "10.2.0.1:1"), AccessRule::allowed);
  EXPECT_EQ(rule(access, "192.0.2.1:1"), AccessRule::not_allowed);
  EXPECT_EQ(rule(access, "unix:@x"), AccessRule::none) << "the mode of the socket admits it";
}

TEST(AccessRuleTest, WithoutRulesEverybodyMay) {
  EXPECT_EQ(rule({}, "10.1.0.1:1"), AccessRule::none);
  EXPECT_EQ(rule({.allow = {}, .deny = networks("10.0.0.0/8")}, "192.0.2.1:1"), AccessRule::none);
}

TEST(AccessRuleTest, OnlyTwoRulesAdmit) {
  EXPECT_TRUE(admits(AccessRule::none));
  EXPECT_TRUE(admits(AccessRule::allowed));
  EXPECT_FALSE(admits(AccessRule::denied));
  EXPECT_FALSE(admits(AccessRule::not_allowed));
}

}  // namespace
}  // namespace duplexd
