#include "core/net/address/claim.hpp"

#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>

#include <array>

namespace duplexd {
namespace {

Claim claim(std::string_view text) { return claim_of(net_test::bind_address(text)); }

void expect_overlap(std::string_view one, std::string_view other, bool expected) {
  EXPECT_EQ(overlap(claim(one), claim(other)), expected) << one << " and " << other;
  EXPECT_EQ(overlap(claim(other), claim(one)), expected) << other << " and " << one;
}

TEST(ClaimTest, WildcardOverlapsAddressesOfItsFamily) {
  expect_overlap("0.0.0.0:80", "127.0.0.1:80", true);
  expect_overlap("[::]:80", "[::1]:80", true);
  expect_overlap("0.0.0.0:80", "[::1]:80", false);
  expect_overlap("[::]:80", "127.0.0.1:80", false);
  expect_overlap("[::]:80", "0.0.0.0:80", false);
}

TEST(ClaimTest, DualStackOverlapsBothFamilies) {
  for (const auto* other : {"127.0.0.1:80", "0.0.0.0:80", "[::1]:80", "[::]:80", ":80"})
    expect_overlap(":80", other, true);
}

TEST(ClaimTest, OneAddressOverlapsItselfOnly) {
  expect_overlap("127.0.0.1:80", "127.0.0.1:80", true);
  expect_overlap("127.0.0.1:80", "127.0.0.2:80", false);
  expect_overlap("127.0.0.1:80", "127.0.0.1:81", false);
  expect_overlap("127.0.0.1:0", "127.0.0.1:0", false);
  expect_overlap("unix:/a", "unix:/a", true);
  expect_overlap("unix:/a", "unix:/b", false);
  expect_overlap("unix:/a", "127.0.0.1:0", false);
}

Claim link_local(std::uint32_t interface) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(80);
  address.sin6_addr.s6_addr[0] = 0xfe;
  address.sin6_addr.s6_addr[1] = 0x80;
  address.sin6_scope_id = interface;
  return {SocketAddress(reinterpret_cast<const sockaddr*>(&address), sizeof address), false};
}

TEST(ClaimTest, LinkLocalAddressHasAnInterface) {
  EXPECT_TRUE(overlap(link_local(1), link_local(1)));
  EXPECT_FALSE(overlap(link_local(1), link_local(2)));
  EXPECT_TRUE(overlap(link_local(1), claim("[::]:80")));
}

TEST(ClaimTest, OwnAddressesAreClaimed) {
  const auto is_claimed_by = [](const char* bind, const char* dialled) {
    const std::array claims{claim("127.0.0.1:79"), claim(bind)};
    return is_claimed(claims, net_test::address(dialled));
  };
  EXPECT_TRUE(is_claimed_by("127.0.0.1:80", "127.0.0.1:80"));
  EXPECT_FALSE(is_claimed_by("127.0.0.1:80", "127.0.0.2:80"));
  for (const char* const here : {"127.0.0.2:80", "[::1]:80"}) {
    EXPECT_TRUE(is_claimed_by(":80", here)) << here;
    EXPECT_FALSE(is_claimed_by(":81", here)) << here;
  }
  for (const char* const elsewhere : {"192.0.2.1:80", "[2001:db8::1]:80"})
    EXPECT_FALSE(is_claimed_by(":80", elsewhere)) << elsewhere;
}

TEST(ClaimTest, OwnInterfacesKeepClaimsApart) {
  const BindAddress bind = net_test::bind_address("0.0.0.0:80");
  EXPECT_FALSE(overlap(claim_of(bind, 1), claim_of(bind, 2)));
  EXPECT_TRUE(overlap(claim_of(bind, 1), claim_of(bind, 1)));
  EXPECT_TRUE(overlap(claim_of(bind, 1), claim_of(bind))) << "any interface";
}

}  // namespace
}  // namespace duplexd
