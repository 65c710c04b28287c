#include "tests/unit/net/proxy_header/headers.hpp"

namespace duplexd {
namespace {

using namespace proxy_test;
using enum ProxyVersion;

ProxyIntroduction between(std::string_view source, std::string_view destination) {
  return {.source = address(source), .destination = address(destination)};
}

TEST(ProxyWritingTest, LineSaysBothAddresses) {
  EXPECT_EQ(write(v1, between("192.0.2.1:51234", "198.51.100.2:443")),
            "PROXY TCP4 192.0.2.1 198.51.100.2 51234 443\r\n");
  EXPECT_EQ(write(v1, between("[2001:db8::1]:1", "[::1]:65535")), "PROXY TCP6 2001:db8::1 ::1 1 65535\r\n");
}

TEST(ProxyWritingTest, MixedFamiliesAreIpv6) {
  EXPECT_EQ(write(v1, between("192.0.2.1:1", "[2001:db8::2]:2")),
            "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n");
  const auto reading = read(write(v2, between("192.0.2.1:1", "[2001:db8::2]:2")));
  EXPECT_EQ(reading.header.source, address("192.0.2.1:1"));
  EXPECT_EQ(reading.header.destination, address("[2001:db8::2]:2"));
}

TEST(ProxyWritingTest, LineOfOtherClientsIsUnknown) {
  EXPECT_EQ(write(v1, between("unix:/a", "unix:/b")), "PROXY UNKNOWN\r\n");
  EXPECT_EQ(write(v1, between("192.0.2.1:1", "unix:/b")), "PROXY UNKNOWN\r\n");
  EXPECT_EQ(write(v1, {.source = address("192.0.2.1:1")}), "PROXY UNKNOWN\r\n");
  auto check = between("192.0.2.1:1", "192.0.2.2:2");
  check.command = ProxyCommand::local;
  EXPECT_EQ(write(v1, check), "PROXY UNKNOWN\r\n");
}

TEST(ProxyWritingTest, BlockSaysBothAddresses) {
  EXPECT_EQ(write(v2, between("192.0.2.1:51234", "198.51.100.2:443")), inet_header());
}

TEST(ProxyWritingTest, BlockSaysUnixPaths) {
  for (const auto path : {"unix:/run/x.sock", "unix:@name"}) {
    const auto reading = read(write(v2, between("unix:/client", path)));
    ASSERT_EQ(reading.state, State::header);
    EXPECT_EQ(reading.header.destination, address(path));
  }
}

TEST(ProxyWritingTest, LocalSaysNothing) {
  ProxyIntroduction check = between("192.0.2.1:1", "192.0.2.2:2");
  check.command = ProxyCommand::local;
  check.authority = "a.test";
  check.checksum = true;
  EXPECT_EQ(write(v2, check), proxy_test::v2(0x20, 0x00, ""));
}

TEST(ProxyWritingTest, FieldsFollowUnknownAddresses) {
  const std::string header = write(v2, {.authority = "a.test", .checksum = true});
  const auto reading = read(header);
  ASSERT_EQ(reading.state, State::header) << reading.reason;
  EXPECT_EQ(find_tlv(reading.header.tlvs, ProxyTlv::authority), "a.test");
}

TEST(ProxyWritingTest, ChosenFieldsAreReadBack) {
  auto client = between("192.0.2.1:1", "192.0.2.2:2");
  client.unique_id = "7f-1";
  client.authority = "a.test";
  client.alpn = "h2";
  client.ssl = {.certificate = true,
                .session_certificate = true,
                .verified = true,
                .version = "TLSv1.3",
                .common_name = "alice",
                .cipher = "AES"};
  client.checksum = true;
  const std::string header = write(v2, client);
  const auto reading = read(header);
  ASSERT_EQ(reading.state, State::header) << reading.reason;
  const auto tlvs = reading.header.tlvs;
  EXPECT_EQ(find_tlv(tlvs, ProxyTlv::unique_id), "7f-1");
  EXPECT_EQ(find_tlv(tlvs, ProxyTlv::authority), "a.test");
  EXPECT_EQ(find_tlv(tlvs, ProxyTlv::alpn), "h2");
  EXPECT_EQ(read_proxy_ssl(find_tlv(tlvs, ProxyTlv::ssl).value_or("")), client.ssl);
  EXPECT_TRUE(find_tlv(tlvs, ProxyTlv::crc32c));
}

TEST(ProxyWritingTest, UnverifiedClientIsToldAsSuch) {
  const std::string header = write(v2, {.ssl = ProxySsl{}});
  EXPECT_EQ(find_tlv(read(header).header.tlvs, ProxyTlv::ssl), std::string("\1\0\0\0\1", 5));
}

TEST(ProxyWritingTest, ReceivedFieldsArePassedOn) {
  const std::string received = tlv(ProxyTlv::noop, "pad") + tlv(ProxyTlv::authority, "old.test") +
                               tlv(0xe0, "ours") + tlv(ProxyTlv::crc32c, "1234") +
                               tlv(ProxyTlv::netns, "blue");
  const auto tlvs = std::as_bytes(std::span(received));
  EXPECT_EQ(write(v2, {.authority = "new.test", .received = tlvs}),
            proxy_test::v2(
                0x21, 0x00,
                tlv(ProxyTlv::authority, "new.test") + tlv(0xe0, "ours") + tlv(ProxyTlv::netns, "blue")));
  const std::string header = write(v2, {.received = tlvs});
  EXPECT_EQ(find_tlv(read(header).header.tlvs, ProxyTlv::authority), "old.test");
}

TEST(ProxyWritingTest, OwnTlsReplacesTheReceived) {
  const std::string received = tlv(ProxyTlv::ssl, std::string("\1\0\0\0\0", 5));
  const auto tlvs = std::as_bytes(std::span(received));
  EXPECT_EQ(write(v2, {.ssl = ProxySsl{}, .received = tlvs}), write(v2, {.ssl = ProxySsl{}}));
  EXPECT_EQ(write(v2, {.received = tlvs}), proxy_test::v2(0x21, 0x00, received));
}

TEST(ProxyWritingTest, TooLittleRoomWritesNothing) {
  auto client = between("192.0.2.1:1", "192.0.2.2:2");
  client.authority = "a.test";
  client.checksum = true;
  for (const auto version : {v1, v2}) {
    const auto size = write(version, client).size();
    EXPECT_EQ(write(version, client, size).size(), size);
    for (std::size_t room = 0; room < size; ++room) EXPECT_EQ(write(version, client, room), "") << room;
  }
}

TEST(ProxyWritingTest, LongestHeaderHas64Kib) {
  const std::string text(65'535 - 3, 'x');
  EXPECT_EQ(write(v2, {.authority = text}, 100'000).size(), most);
  EXPECT_EQ(write(v2, {.authority = text + "x"}, 100'000), "");
}

TEST(ProxyWritingTest, PlainHeaderFitsItsConstant) {
  const std::string path = "unix:/" + std::string(106, 'x'),
                    ip = "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535";
  EXPECT_EQ(write(v2, between(path, path)).size(), plain_proxy_header);
  EXPECT_EQ(write(v1, between(ip, ip)).size(), 104u);
}

}  // namespace
}  // namespace duplexd
