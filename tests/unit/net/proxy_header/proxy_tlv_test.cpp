#include "core/net/proxy_header/proxy_tlv.hpp"

#include "tests/unit/net/proxy_header/headers.hpp"

namespace duplexd {
namespace {

using namespace proxy_test;

constexpr std::string_view no_checksum("\0\0\0\0", 4);

TEST(ProxyTlvTest, EachIsFoundByItsType) {
  const std::string header =
      inet_header(tlv(ProxyTlv::alpn, "h2") + tlv(ProxyTlv::noop, "pad") + tlv(0xe0, "") +
                  tlv(ProxyTlv::authority, "a.test") + tlv(ProxyTlv::netns, "blue"));
  const std::string seen = header + "data";
  const auto reading = read(seen);
  ASSERT_EQ(reading.state, State::header);
  const auto tlvs = reading.header.tlvs;
  EXPECT_EQ(find_tlv(tlvs, ProxyTlv::alpn), "h2");
  EXPECT_EQ(find_tlv(tlvs, ProxyTlv::authority), "a.test");
  EXPECT_EQ(find_tlv(tlvs, ProxyTlv::netns), "blue");
  EXPECT_EQ(find_tlv(tlvs, 0xe0), "");
  EXPECT_EQ(find_tlv(tlvs, ProxyTlv::unique_id), std::nullopt);
}

TEST(ProxyTlvTest, UnspecifiedProtocolHasThemToo) {
  const std::string header = v2(0x21, 0x00, tlv(ProxyTlv::authority, "a.test"));
  EXPECT_EQ(find_tlv(read(header).header.tlvs, ProxyTlv::authority), "a.test");
}

TEST(ProxyTlvTest, CutFieldIsBroken) {
  EXPECT_EQ(reason(inet_header("\1")), "a field is cut off");
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::alpn, "h2").substr(0, 4))), "a field is cut off");
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::alpn, "h2") + std::string("\0\0", 2))), "a field is cut off");
}

TEST(ProxyTlvTest, UniqueIdHasAtMost128Bytes) {
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::unique_id, std::string(128, 'x')))), "");
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::unique_id, std::string(129, 'x')))),
            "the unique id is longer than 128 bytes");
}

// Computed bit by bit, as RFC 4960 has it.
constexpr std::string_view right_checksum("\x85\xc9\x34\x33", 4);
constexpr std::string_view checksum_before_alpn("\x16\x28\x4a\x94", 4);

TEST(ProxyTlvTest, RightChecksumIsAccepted) {
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::crc32c, right_checksum))), "");
  EXPECT_EQ(read(inet_header(tlv(ProxyTlv::crc32c, right_checksum))).state, State::header);
}

TEST(ProxyTlvTest, EveryFlippedBitBreaksTheChecksum) {
  const std::string right = write(ProxyVersion::v2, {.source = address("192.0.2.1:1"),
                                                     .destination = address("192.0.2.2:2"),
                                                     .authority = "a.test",
                                                     .checksum = true});
  ASSERT_EQ(read(right).state, State::header);
  for (std::size_t bit = 16 * 8; bit < right.size() * 8; ++bit) {
    std::string wrong = right;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ 1 << bit % 8);
    const auto reading = read(wrong);
    const bool is_seen = reading.state != State::header || !find_tlv(reading.header.tlvs, ProxyTlv::crc32c);
    EXPECT_TRUE(is_seen) << "bit " << bit;
  }
}

TEST(ProxyTlvTest, ChecksumCoversWhatFollowsIt) {
  const std::string wrong =
      inet_header(tlv(ProxyTlv::crc32c, checksum_before_alpn) + tlv(ProxyTlv::alpn, "h3"));
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::crc32c, checksum_before_alpn) + tlv(ProxyTlv::alpn, "h2"))), "");
  EXPECT_EQ(reason(wrong), "the checksum does not match");
}

TEST(ProxyTlvTest, ChecksumHasItsForm) {
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::crc32c, "123"))), "the checksum has not four bytes");
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::crc32c, no_checksum))), "the checksum does not match");
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::crc32c, no_checksum) + tlv(ProxyTlv::crc32c, no_checksum))),
            "there are two checksums");
}

TEST(ProxyTlvTest, TlsIsToldWithItsFields) {
  const std::string value =
      std::string("\3\0\0\0\0", 5) + tlv(ProxyTlv::ssl_version, "TLSv1.3") +
      tlv(ProxyTlv::ssl_common_name, "alice") + tlv(0x2f, "new") + tlv(ProxyTlv::ssl_cipher, "AES") +
      tlv(ProxyTlv::ssl_signature_algorithm, "SHA256") + tlv(ProxyTlv::ssl_key_algorithm, "RSA2048");
  const auto header = inet_header(tlv(ProxyTlv::ssl, value));
  const auto found = find_tlv(read(header).header.tlvs, ProxyTlv::ssl);
  ASSERT_TRUE(found);
  const ProxySsl expected{.certificate = true,
                          .verified = true,
                          .version = "TLSv1.3",
                          .common_name = "alice",
                          .cipher = "AES",
                          .signature_algorithm = "SHA256",
                          .key_algorithm = "RSA2048"};
  EXPECT_EQ(read_proxy_ssl(*found), expected);
}

TEST(ProxyTlvTest, UnverifiedCertificateIsToldAsSuch) {
  EXPECT_FALSE(read_proxy_ssl(std::string("\3\0\0\0\1", 5))->verified);
  EXPECT_FALSE(read_proxy_ssl(std::string("\3\1\0\0\0", 5))->verified);
}

TEST(ProxyTlvTest, CutTlsIsBroken) {
  const std::string_view cut = "what it says of TLS is cut off";
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::ssl, ""))), cut);
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::ssl, "\1\1\1\1"))), cut);
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::ssl, "\1\1\1\1\1\x21"))), cut);
  EXPECT_EQ(reason(inet_header(tlv(ProxyTlv::ssl, "\1\1\1\1\1"))), "");
}

}  // namespace
}  // namespace duplexd
