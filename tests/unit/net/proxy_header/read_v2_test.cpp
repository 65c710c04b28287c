#include "tests/unit/net/proxy_header/headers.hpp"

namespace duplexd {
namespace {

using namespace proxy_test;

TEST(ProxyBlockTest, TellsBothAddresses) {
  const auto reading = read(inet_header() + "data");
  ASSERT_EQ(reading.state, State::header);
  EXPECT_EQ(reading.header.command, ProxyCommand::proxy);
  EXPECT_EQ(reading.header.source.to_string(), "192.0.2.1:51234");
  EXPECT_EQ(reading.header.destination.to_string(), "198.51.100.2:443");
  EXPECT_EQ(reading.header.size, 28u);
}

TEST(ProxyBlockTest, TellsIpv6Addresses) {
  const std::string source("\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16),
      mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1", 16);
  const auto reading = read(v2(0x21, 0x21, source + mapped + in_bytes(1, 2) + in_bytes(65'535, 2)));
  ASSERT_EQ(reading.state, State::header);
  EXPECT_EQ(reading.header.source.to_string(), "[2001:db8::1]:1");
  EXPECT_EQ(reading.header.destination.to_string(), "192.0.2.1:65535");
}

std::string both_paths(std::string_view source, std::string_view destination) {
  std::string block(216, '\0');
  block.replace(0, source.size(), source);
  block.replace(108, destination.size(), destination);
  return block;
}

TEST(ProxyBlockTest, TellsUnixPaths) {
  const auto reading = read(v2(0x21, 0x31, both_paths("", "/run/x.sock")));
  ASSERT_EQ(reading.state, State::header);
  EXPECT_EQ(reading.header.source.to_string(), "unix:");
  EXPECT_EQ(reading.header.destination, address("unix:/run/x.sock"));
}

TEST(ProxyBlockTest, TellsAbstractAndLongestPaths) {
  const std::string longest = "/" + std::string(107, 'x');
  const auto reading = read(v2(0x21, 0x31, both_paths(std::string("\0name", 5), longest)));
  ASSERT_EQ(reading.state, State::header);
  EXPECT_EQ(reading.header.source, address("unix:@name"));
  EXPECT_EQ(reading.header.destination.unix_path(), longest);
}

TEST(ProxyBlockTest, OtherThanStreamsHaveNoAddress) {
  for (const int family : {0x00, 0x01, 0x02, 0x10, 0x12, 0x20, 0x22, 0x30, 0x32}) {
    const auto reading =
        read(v2(0x21, static_cast<std::uint8_t>(family), family >> 4 == 0 ? "" : std::string(216, '\0')));
    ASSERT_EQ(reading.state, State::header) << family << reading.reason;
    EXPECT_EQ(reading.header.command, ProxyCommand::proxy);
    EXPECT_EQ(reading.header.source.size(), 0u) << family;
  }
}

TEST(ProxyBlockTest, LocalIsSkippedAsWhole) {
  for (const int family : {0x00, 0x11, 0xff}) {
    const auto header = v2(0x20, static_cast<std::uint8_t>(family), "what ever");
    const auto reading = read(header + "data");
    ASSERT_EQ(reading.state, State::header);
    EXPECT_EQ(reading.header.command, ProxyCommand::local);
    EXPECT_EQ(reading.header.size, header.size());
    EXPECT_EQ(reading.header.source.size(), 0u);
    EXPECT_TRUE(reading.header.tlvs.empty());
  }
}

TEST(ProxyBlockTest, EveryPieceWaitsForMore) {
  const std::string header = inet_header(tlv(ProxyTlv::authority, "a.test"));
  for (std::size_t size = 0; size < header.size(); ++size)
    EXPECT_EQ(read(header.substr(0, size)).state, State::more) << size;
}

TEST(ProxyBlockTest, FirstWrongByteDecides) {
  const std::string signature = inet_header().substr(0, 12);
  EXPECT_EQ(reason(signature + "\x11"), "the version is not 2");
  EXPECT_EQ(reason(signature + "\x31"), "the version is not 2");
  EXPECT_EQ(reason(signature + "\x22"), "the command is unknown");
  EXPECT_EQ(reason(signature + "\x21\x41"), "the protocol is unknown");
  EXPECT_EQ(reason(signature + "\x21\x13"), "the protocol is unknown");
  EXPECT_EQ(reason(v2(0x21, 0x11, "").substr(0, 16)), "it is too short for its addresses");
  EXPECT_EQ(reason(v2(0x21, 0x11, std::string(11, '\0'))), "it is too short for its addresses");
  EXPECT_EQ(reason(v2(0x21, 0x21, std::string(35, '\0'))), "it is too short for its addresses");
  EXPECT_EQ(reason(v2(0x21, 0x31, std::string(215, '\0'))), "it is too short for its addresses");
}

TEST(ProxyBlockTest, SixtyFourKibAreReadable) {
  const std::string header = inet_header(tlv(ProxyTlv::noop, std::string(65'535 - 12 - 3, 'x')));
  EXPECT_EQ(read(header).header.size, most);
}

TEST(ProxyBlockTest, CapIsKeptBeforeTheRest) {
  const std::string header = inet_header(tlv(ProxyTlv::noop, "1234"));
  EXPECT_EQ(read(header, header.size()).state, State::header);
  EXPECT_EQ(read(header, header.size() - 1).state, State::too_long);
  EXPECT_EQ(read(header.substr(0, 16), header.size() - 1).state, State::too_long);
  EXPECT_EQ(read(header.substr(0, 15), header.size() - 1).state, State::more);
}

}  // namespace
}  // namespace duplexd
