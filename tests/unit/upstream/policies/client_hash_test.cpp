#include "core/upstream/policies/client_hash.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace duplexd {
namespace {

using Key = HashConfig::Key;

std::uint64_t hash(const std::string& address, const HashConfig& rules = {}) {
  return hash_of(PeerAddress(test::address_of(address)), rules);
}

TEST(ClientHash, ClientsPortDoesNotCount) {
  EXPECT_EQ(hash("192.0.2.1:1000"), hash("192.0.2.1:2000"));
  EXPECT_EQ(hash("[2001:db8::1]:1000"), hash("[2001:db8::1]:2000"));
  EXPECT_NE(hash("192.0.2.1:1000"), hash("192.0.2.2:1000"));
}

TEST(ClientHash, DestinationsPortCounts) {
  const HashConfig rules{.key = Key::destination};
  EXPECT_NE(hash("192.0.2.1:1000", rules), hash("192.0.2.1:2000", rules));
  EXPECT_EQ(hash("192.0.2.1:1000", rules), hash("192.0.2.1:1000", rules));
}

TEST(ClientHash, OnlyThePrefixCounts) {
  const HashConfig rules{.ipv4_prefix = 22, .ipv6_prefix = 60};
  EXPECT_EQ(hash("10.1.4.1:1", rules), hash("10.1.7.255:1", rules));
  EXPECT_NE(hash("10.1.4.1:1", rules), hash("10.1.8.1:1", rules));
  EXPECT_EQ(hash("[2001:db8:0:10::1]:1", rules), hash("[2001:db8:0:1f:ff::]:1", rules));
  EXPECT_NE(hash("[2001:db8:0:10::1]:1", rules), hash("[2001:db8:0:20::1]:1", rules));
}

TEST(ClientHash, EmptyPrefixIsOneClient) {
  const HashConfig rules{.ipv4_prefix = 0, .ipv6_prefix = 0};
  EXPECT_EQ(hash("10.1.4.1:1", rules), hash("192.0.2.1:1", rules));
  EXPECT_EQ(hash("[2001:db8::1]:1", rules), hash("[fd00::1]:1", rules));
}

// A dual-stack listener shows an IPv4 client in this form.
TEST(ClientHash, MappedAddressIsTheIpv4Client) {
  const HashConfig rules{.ipv4_prefix = 24, .ipv6_prefix = 64};
  EXPECT_EQ(hash("[::ffff:192.0.2.1]:1", rules), hash("192.0.2.77:1", rules));
  EXPECT_NE(hash("[::ffff:192.0.2.1]:1", rules), hash("192.0.3.1:1", rules));
}

TEST(ClientHash, UnixClientsHaveOneHash) { EXPECT_EQ(hash("unix:@one"), hash("unix:@other")); }

// It is compared between processes, versions and machines: it must not change.
TEST(ClientHash, HashIsTheSameEverywhere) {
  EXPECT_EQ(hash("192.0.2.1:80"), 6'256'297'479'419'887'749U);
  EXPECT_EQ(hash("[2001:db8::1]:80"), 1'844'528'729'631'139'957U);
}

TEST(ClientHash, NeighboursAreSpread) {
  std::set<std::uint64_t> of_ten;
  for (int i = 1; i <= 100; ++i) of_ten.insert(hash("10.0.0." + std::to_string(i) + ":1") % 10);
  EXPECT_EQ(of_ten.size(), 10u);
}

}  // namespace
}  // namespace duplexd
