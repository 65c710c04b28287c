#include "core/net/address/network.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace duplexd {
namespace {

PeerAddress::Bytes ip(std::string_view text) { return Network::parse(text)->first; }

NetworkSet set_of(std::initializer_list<std::string_view> texts) {
  std::vector<Network> networks;
  for (const auto text : texts) networks.push_back(*Network::parse(text));
  return NetworkSet(networks);
}

std::string network_error_of(std::string_view text) {
  const auto network = Network::parse(text);
  return network ? "accepted as " + network->to_string() : network.error().what;
}

TEST(NetworkTest, BlockReadsBackAsWritten) {
  for (const std::string_view text : {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.128/25", "10.0.0.1",
                                      "2001:db8::/32", "::/0", "2001:db8::1", "fe80::/10", "::/127"}) {
    const auto network = Network::parse(text);
    ASSERT_TRUE(network) << network.error().what;
    EXPECT_EQ(network->to_string(), text);
  }
}

TEST(NetworkTest, BlockIncludesBothEnds) {
  const auto network = Network::parse("192.0.2.128/25");
  ASSERT_TRUE(network);
  EXPECT_EQ(network->first, ip("192.0.2.128"));
  EXPECT_EQ(network->last, ip("192.0.2.255"));
  EXPECT_EQ(Network::parse("2001:db8::/33")->last, ip("2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"));
}

TEST(NetworkTest, AddressAloneIsABlock) {
  EXPECT_EQ(*Network::parse("10.0.0.1"), *Network::parse("10.0.0.1/32"));
  EXPECT_EQ(*Network::parse("::1"), *Network::parse("::1/128"));
}

TEST(NetworkTest, MappedBlockIsTheIpv4Block) {
  EXPECT_EQ(*Network::parse("::ffff:10.0.0.0/104"), *Network::parse("10.0.0.0/8"));
}

TEST(NetworkTest, BitsBehindPrefixNameTheBlock) {
  EXPECT_EQ(network_error_of("10.0.0.1/8"),
            "'10.0.0.1/8' has bits set behind the prefix: the block is '10.0.0.0/8'");
  EXPECT_EQ(network_error_of("10.0.0.129/25"),
            "'10.0.0.129/25' has bits set behind the prefix: the block is '10.0.0.128/25'");
  EXPECT_EQ(network_error_of("2001:db8::1/32"),
            "'2001:db8::1/32' has bits set behind the prefix: the block is '2001:db8::/32'");
}

TEST(NetworkTest, MalformedBlockIsRefused) {
  for (const std::string_view text :
       {"", "/", "/8", "x", "10.0.0.0:80", "[::1]/128", "fe80::1%lo", "10.0.0/8"})
    EXPECT_NE(network_error_of(text).find("is no network: write '10.0.0.0/8' or '2001:db8::/32'"),
              std::string::npos)
        << text;
  EXPECT_EQ(network_error_of("10.0.0.0/33"),
            "'10.0.0.0/33' has no valid prefix: '/' is followed by a number up to 32");
  EXPECT_EQ(network_error_of("::/129"),
            "'::/129' has no valid prefix: '/' is followed by a number up to 128");
  EXPECT_EQ(network_error_of("10.0.0.0/08"),
            "'10.0.0.0/08' has no valid prefix: '/' is followed by a number up to 32, without leading zeros");
  for (const std::string_view prefix : {"", "-1", "+8", "8 ", "0x8", "0008", "255.0.0.0", "99999999999"})
    EXPECT_NE(network_error_of("10.0.0.0/" + std::string(prefix)).find("has no valid prefix"),
              std::string::npos)
        << prefix;
}

TEST(NetworkSetTest, EmptySetContainsNothing) {
  EXPECT_TRUE(NetworkSet().empty());
  EXPECT_TRUE(set_of({}).empty());
  EXPECT_FALSE(NetworkSet().contains(ip("10.0.0.1")));
}

TEST(NetworkSetTest, SetContainsItsBlocks) {
  const auto set = set_of({"192.168.0.0/16", "10.0.0.0/8", "2001:db8::/32"});
  EXPECT_FALSE(set.empty());
  for (const std::string_view text : {"10.0.0.0", "10.255.255.255", "192.168.0.0", "192.168.255.255",
                                      "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"})
    EXPECT_TRUE(set.contains(ip(text))) << text;
  for (const std::string_view text : {"9.255.255.255", "11.0.0.0", "192.167.255.255", "192.169.0.0",
                                      "2001:db9::", "2001:db7:ffff::", "::", "::1"})
    EXPECT_FALSE(set.contains(ip(text))) << text;
}

TEST(NetworkSetTest, OverlappingBlocksChangeNothing) {
  const auto set = set_of({"10.1.0.0/16", "10.0.0.0/8", "10.0.0.1", "11.0.0.0/8", "10.0.0.0/8"});
  for (const std::string_view text : {"10.0.0.0", "10.1.2.3", "10.2.0.0", "10.255.255.255", "11.255.255.255"})
    EXPECT_TRUE(set.contains(ip(text))) << text;
  EXPECT_FALSE(set.contains(ip("12.0.0.0")));
}

TEST(NetworkSetTest, DualStackClientMatchesIpv4Block) {
  EXPECT_TRUE(set_of({"10.0.0.0/8"}).contains(ip("::ffff:10.1.2.3")));
}

TEST(NetworkSetTest, AllIpv6DoesNotIncludeIpv4) {
  for (const std::string_view block : {"::/0", "::/80", "::/64"}) {
    const auto set = set_of({block});
    EXPECT_TRUE(set.contains(ip("::"))) << block;
    EXPECT_TRUE(set.contains(ip("::fffe:ffff:ffff"))) << block;
    EXPECT_FALSE(set.contains(ip("0.0.0.0"))) << block;
    EXPECT_FALSE(set.contains(ip("255.255.255.255"))) << block;
  }
  EXPECT_TRUE(set_of({"::/0"}).contains(ip("::1:0:0:0")));
  EXPECT_FALSE(set_of({"::/80"}).contains(ip("::1:0:0:0")));
  EXPECT_TRUE(set_of({"::/0", "10.0.0.0/8"}).contains(ip("10.0.0.1")));
}

}  // namespace
}  // namespace duplexd
