#include "core/session/routing/peer_role.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

PeerRole role(const ProxyInConfig& rules, std::string_view peer) {
  return peer_role(rules, PeerAddress(test::address_of(peer)));
}

TEST(PeerRoleTest, WithoutHeadersEverybodyIsClient) {
  EXPECT_EQ(role({}, "10.0.0.1:1"), PeerRole::client);
  EXPECT_EQ(role({}, "unix:@x"), PeerRole::client);
}

TEST(PeerRoleTest, OnlyNamedProxiesAreBelieved) {
  ProxyInConfig rules{.enabled = true, .from = NetworkSet({*Network::parse("10.0.0.0/8")})};
  EXPECT_EQ(role(rules, "10.0.0.1:1"), PeerRole::proxy);
  EXPECT_EQ(role(rules, "unix:@x"), PeerRole::proxy);
  EXPECT_EQ(role(rules, "192.0.2.1:1"), PeerRole::stranger);
  rules.mode = ProxyInConfig::Mode::optional;
  EXPECT_EQ(role(rules, "192.0.2.1:1"), PeerRole::client);
}

}  // namespace
}  // namespace duplexd
