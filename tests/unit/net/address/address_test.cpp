#include "core/net/address/address.hpp"

#include <gtest/gtest.h>

#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>

#include <cstring>
#include <string>

namespace duplexd {
namespace {

std::string read_back(std::string_view text) {
  const auto address = SocketAddress::parse(text);
  return address ? address->to_string() : "error: " + address.error().what;
}

std::string error_of(std::string_view text) {
  const auto address = SocketAddress::parse(text);
  return address ? "accepted as " + address->to_string() : address.error().what;
}

SocketAddress inet6(std::string_view bytes, std::uint16_t port) {
  sockaddr_in6 raw{};
  raw.sin6_family = AF_INET6;
  raw.sin6_port = htons(port);
  std::memcpy(&raw.sin6_addr, bytes.data(), bytes.size());
  return {reinterpret_cast<const sockaddr*>(&raw), sizeof raw};
}

constexpr std::string_view mapped_192_0_2_1{"\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01", 16};

TEST(SocketAddressTest, AddressReadsBackAsWritten) {
  for (const std::string_view text :
       {"192.0.2.1:80", "0.0.0.0:0", "255.255.255.255:65535", "[2001:db8::1]:80", "[::]:0", "[::1]:5432",
        "unix:/run/duplexd/x.sock", "unix:@abstract", "unix:/with a:colon@and%more"})
    EXPECT_EQ(read_back(text), text);
}

TEST(SocketAddressTest, PartsHaveTheKernelsForm) {
  const auto inet = SocketAddress::parse("192.0.2.1:80");
  ASSERT_TRUE(inet);
  EXPECT_EQ(inet->family(), AF_INET);
  EXPECT_EQ(inet->size(), sizeof(sockaddr_in));
  EXPECT_EQ(inet->port(), 80);
  EXPECT_EQ(ntohl(reinterpret_cast<const sockaddr_in*>(inet->data())->sin_addr.s_addr), 0xc0000201U);
  EXPECT_EQ(SocketAddress::parse("[::1]:80")->size(), sizeof(sockaddr_in6));
}

TEST(SocketAddressTest, UnixNamesKeepTheirNulBytes) {
  const auto path = SocketAddress::parse("unix:/x");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->size(), offsetof(sockaddr_un, sun_path) + 3);
  EXPECT_EQ(path->unix_path(), "/x");
  EXPECT_TRUE(path->is_unix());
  EXPECT_FALSE(path->is_abstract());
  const auto name = SocketAddress::parse("unix:@ab");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->size(), offsetof(sockaddr_un, sun_path) + 3);
  EXPECT_EQ(name->unix_path(), "ab");
  EXPECT_TRUE(name->is_abstract());
}

TEST(SocketAddressTest, NullAddressIsEmpty) {
  const SocketAddress none;
  EXPECT_EQ(none.family(), AF_UNSPEC);
  EXPECT_EQ(none.size(), 0U);
  EXPECT_EQ(none.port(), 0);
  EXPECT_EQ(none.unix_path(), "");
  EXPECT_EQ(none.to_string(), "-");
}

TEST(SocketAddressTest, ShortOrForeignAddressIsEmpty) {
  sockaddr_storage storage{};
  storage.ss_family = AF_INET;
  EXPECT_EQ(SocketAddress(reinterpret_cast<sockaddr*>(&storage), 1), SocketAddress());
  EXPECT_EQ(SocketAddress(reinterpret_cast<sockaddr*>(&storage), 8), SocketAddress());
  storage.ss_family = AF_PACKET;
  EXPECT_EQ(SocketAddress(reinterpret_cast<sockaddr*>(&storage), sizeof storage), SocketAddress());
}

TEST(SocketAddressTest, UnnamedUnixSocketHasEmptyPath) {
  sockaddr_un raw{};
  raw.sun_family = AF_UNIX;
  const SocketAddress unnamed(reinterpret_cast<sockaddr*>(&raw), sizeof(sa_family_t));
  EXPECT_TRUE(unnamed.is_unix());
  EXPECT_FALSE(unnamed.is_abstract());
  EXPECT_EQ(unnamed.to_string(), "unix:");
}

TEST(SocketAddressTest, UnterminatedPathIsReadWhole) {
  struct {
    sockaddr_un address;
    char nul;
  } raw{};
  raw.address.sun_family = AF_UNIX;
  std::memset(raw.address.sun_path, 'x', sizeof raw.address.sun_path);
  const SocketAddress full(reinterpret_cast<sockaddr*>(&raw), sizeof(sockaddr_un) + 1);
  EXPECT_EQ(full.unix_path(), std::string(sizeof raw.address.sun_path, 'x'));
}

TEST(SocketAddressTest, PaddingIsNotCompared) {
  sockaddr_in raw{};
  raw.sin_family = AF_INET;
  const SocketAddress clean(reinterpret_cast<sockaddr*>(&raw), sizeof raw);
  std::memset(raw.sin_zero, 7, sizeof raw.sin_zero);
  EXPECT_EQ(SocketAddress(reinterpret_cast<sockaddr*>(&raw), sizeof raw), clean);
  raw.sin_port = 1;
  EXPECT_FALSE(SocketAddress(reinterpret_cast<sockaddr*>(&raw), sizeof raw) == clean);
}

TEST(SocketAddressTest, AnyIsTheWildcardAddress) {
  EXPECT_EQ(SocketAddress::any(AF_INET, 80).to_string(), "0.0.0.0:80");
  EXPECT_EQ(SocketAddress::any(AF_INET6, 80).to_string(), "[::]:80");
  EXPECT_EQ(SocketAddress::any(AF_UNIX, 80), SocketAddress());
}

TEST(SocketAddressTest, UnixAddressHasNoPort) {
  auto address = *SocketAddress::parse("unix:/run/x.sock");
  address.set_port(80);
  EXPECT_EQ(address.port(), 0);
  EXPECT_EQ(address.to_string(), "unix:/run/x.sock");
}

TEST(SocketAddressTest, MappedAddressIsReadAsIpv4) {
  EXPECT_EQ(read_back("[::ffff:192.0.2.1]:80"), "192.0.2.1:80");
  EXPECT_EQ(inet6(mapped_192_0_2_1, 80).to_string(), "[::ffff:192.0.2.1]:80");
}

TEST(SocketAddressTest, InterfaceIsNameOrNumber) {
  const auto loopback = ::if_nametoindex("lo");
  if (loopback == 0) GTEST_SKIP() << "this host has no interface called lo";
  EXPECT_EQ(read_back("[fe80::1%lo]:80"), "[fe80::1%lo]:80");
  EXPECT_EQ(read_back("[fe80::1%" + std::to_string(loopback) + "]:80"), "[fe80::1%lo]:80");
  const auto address = SocketAddress::parse("[fe80::1%lo]:80");
  EXPECT_EQ(reinterpret_cast<const sockaddr_in6*>(address->data())->sin6_scope_id, loopback);
}

TEST(SocketAddressTest, UnknownInterfaceIsWrittenAsNumber) {
  EXPECT_EQ(read_back("[fe80::1%4000000000]:80"), "[fe80::1%4000000000]:80");
}

TEST(SocketAddressTest, AddressErrorsNameTheRemedy) {
  EXPECT_EQ(error_of(""), "address is empty: write '127.0.0.1:5432'");
  EXPECT_EQ(error_of("10.0.0.1"), "port is missing: write '10.0.0.1:5432'");
  EXPECT_EQ(error_of("10.0.0.1:"), "port is missing behind ':'");
  EXPECT_EQ(error_of("5432"), "host is missing: write '127.0.0.1:5432'");
  EXPECT_EQ(error_of(":5432"), "host is missing: write '127.0.0.1:5432'");
  EXPECT_EQ(error_of("[::1]"), "port is missing: write '[::1]:5432'");
  EXPECT_EQ(error_of("[::1]80"), "'80' follows ']' in place of a port");
  EXPECT_EQ(error_of("[::1:80"), "']' is missing in '[::1:80'");
  EXPECT_EQ(error_of("::1:80"), "an IPv6 address goes in brackets: '[::1]:80'");
  EXPECT_EQ(error_of("2001:db8::1"), "an IPv6 address goes in brackets: '[2001:db8::1]:5432'");
  EXPECT_EQ(error_of("a:b:c"), "'a:b:c' has too many colons: write 'host:port', or '[::1]:80' for IPv6");
  EXPECT_EQ(error_of("db:80"), "'db' is no IP address: write '127.0.0.1:80'");
  EXPECT_EQ(error_of("10.0.0.300:80"), "'10.0.0.300' is no IP address: write '127.0.0.1:80'");
  EXPECT_EQ(error_of("[10.0.0.1]:80"), "'10.0.0.1' is no IPv6 address");
  EXPECT_EQ(error_of("[]:80"), "'' is no IPv6 address");
  EXPECT_EQ(error_of("/run/x.sock"), "a Unix socket is written 'unix:/run/x.sock'");
}

TEST(SocketAddressTest, PortIsNumberUpTo65535) {
  for (const std::string_view port :
       {"65536", "-1", "+1", "0x50", "http", "80 ", " 80", "99999999999999999999"})
    EXPECT_EQ(error_of("10.0.0.1:" + std::string(port)),
              "'" + std::string(port) + "' is no port: a port is a number up to 65535");
  for (const std::string_view port : {"00", "080", "08080", "000080"})
    EXPECT_EQ(
        error_of("10.0.0.1:" + std::string(port)),
        "'" + std::string(port) + "' is no port: a port is a number up to 65535, without leading zeros");
}

TEST(SocketAddressTest, Ipv4IsFourDecimalNumbers) {
  for (const std::string_view host :
       {"010.0.0.1", "10.1", "0x0a.0.0.1", "10.0.0.1.", "10.0.0.1 ", "1.2.3.4.5"})
    EXPECT_NE(error_of(std::string(host) + ":80").find("is no IP address"), std::string::npos) << host;
}

TEST(SocketAddressTest, ScopeOnlyForLinkLocalAddresses) {
  EXPECT_EQ(error_of("[fe80::1]:80"), "a link-local address needs its interface: write '[fe80::1%eth0]:80'");
  EXPECT_EQ(error_of("[fe80::1%nosuch0]:80"), "no network interface has the name 'nosuch0'");
  EXPECT_EQ(error_of("[fe80::1%]:80"), "no network interface has the name ''");
  EXPECT_EQ(error_of("[fe80::1%0]:80"), "no network interface has the name '0'");
  EXPECT_EQ(error_of("[fe80::1%01]:80"), "no network interface has the name '01'");
  EXPECT_EQ(error_of("[2001:db8::1%lo]:80"),
            "only a link-local address (fe80::/10) takes an interface: write '[2001:db8::1]:80'");
}

TEST(SocketAddressTest, UnixNameFitsTheKernel) {
  EXPECT_TRUE(SocketAddress::parse("unix:/" + std::string(106, 'x')));
  EXPECT_TRUE(SocketAddress::parse("unix:@" + std::string(107, 'x')));
  const std::string limit = "the name of the Unix socket has 108 bytes: the kernel takes 107 at most";
  EXPECT_EQ(error_of("unix:/" + std::string(107, 'x')), limit);
  EXPECT_EQ(error_of("unix:@" + std::string(108, 'x')), limit);
}

TEST(SocketAddressTest, UnixNameIsAbsolute) {
  const std::string missing =
      "name is missing: write 'unix:/run/duplexd/x.sock', or 'unix:@x' for an abstract one";
  EXPECT_EQ(error_of("unix:"), missing);
  EXPECT_EQ(error_of("unix:@"), missing);
  EXPECT_EQ(error_of("unix:x.sock"), "'x.sock' is no absolute path: write 'unix:/run/duplexd/x.sock'");
  EXPECT_EQ(error_of({"unix:/a\0b", 9}), "the name of a Unix socket holds a NUL");
}

TEST(SocketAddressTest, UnprintableBytesAreEscapedInErrors) {
  EXPECT_EQ(error_of("a\nb\x1b[2J\xff:80"), "'a\\x0ab\\x1b[2J\\xff' is no IP address: write '127.0.0.1:80'");
  EXPECT_LT(error_of(std::string(100'000, 'x')).size(), 400U);
}

TEST(PeerAddressTest, PeerAddressTakesTwentyBytes) { EXPECT_LE(sizeof(PeerAddress), 20U); }

TEST(PeerAddressTest, PeerAddressKeepsAddressAndPort) {
  const PeerAddress inet(*SocketAddress::parse("192.0.2.1:80"));
  EXPECT_EQ(inet.family(), PeerAddress::Family::inet);
  EXPECT_TRUE(inet.is_ip());
  EXPECT_EQ(inet.port(), 80);
  EXPECT_EQ(inet.to_string(), "192.0.2.1:80");
  const PeerAddress ipv6(*SocketAddress::parse("[2001:db8::1]:80"));
  EXPECT_EQ(ipv6.family(), PeerAddress::Family::inet6);
  EXPECT_EQ(ipv6.to_string(), "[2001:db8::1]:80");
}

TEST(PeerAddressTest, DualStackClientReadsAsIpv4) {
  const PeerAddress mapped(inet6(mapped_192_0_2_1, 80));
  EXPECT_EQ(mapped.family(), PeerAddress::Family::inet);
  EXPECT_EQ(mapped.to_string(), "192.0.2.1:80");
  EXPECT_EQ(mapped, PeerAddress(*SocketAddress::parse("192.0.2.1:80")));
}

TEST(PeerAddressTest, UnixClientHasNoAddress) {
  const PeerAddress local(*SocketAddress::parse("unix:/run/x.sock"));
  EXPECT_EQ(local.family(), PeerAddress::Family::local);
  EXPECT_FALSE(local.is_ip());
  EXPECT_EQ(local.to_string(), "unix:");
}

TEST(PeerAddressTest, MissingPeerIsADash) {
  EXPECT_EQ(PeerAddress().to_string(), "-");
  EXPECT_EQ(PeerAddress(SocketAddress()), PeerAddress());
}

}  // namespace
}  // namespace duplexd
