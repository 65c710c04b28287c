#include "tests/unit/net/proxy_header/headers.hpp"

namespace duplexd {
namespace {

using namespace proxy_test;

TEST(ProxyLineTest, TellsBothAddresses) {
  const auto reading = read("PROXY TCP4 192.0.2.1 198.51.100.2 51234 443\r\nGET /");
  ASSERT_EQ(reading.state, State::header);
  EXPECT_EQ(reading.header.command, ProxyCommand::proxy);
  EXPECT_EQ(reading.header.source.to_string(), "192.0.2.1:51234");
  EXPECT_EQ(reading.header.destination.to_string(), "198.51.100.2:443");
  EXPECT_EQ(reading.header.size, 45u);
  EXPECT_TRUE(reading.header.tlvs.empty());
}

TEST(ProxyLineTest, TellsIpv6Addresses) {
  const auto reading = read("PROXY TCP6 2001:DB8::1 fe80:0:0:0:0:0:0:2 0 65535\r\n");
  ASSERT_EQ(reading.state, State::header);
  EXPECT_EQ(reading.header.source.to_string(), "[2001:db8::1]:0");
  EXPECT_EQ(reading.header.destination.to_string(), "[fe80::2]:65535");
}

TEST(ProxyLineTest, MappedAddressIsIpv4) {
  const auto reading = read("PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n");
  ASSERT_EQ(reading.state, State::header);
  EXPECT_EQ(reading.header.source.to_string(), "192.0.2.1:1");
}

TEST(ProxyLineTest, UnknownHasNoAddress) {
  for (const std::string line :
       {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN \r\n", "PROXY UNKNOWN what ever  1\r\n"}) {
    const auto reading = read(line + "data");
    ASSERT_EQ(reading.state, State::header) << line;
    EXPECT_EQ(reading.header.source.size(), 0u);
    EXPECT_EQ(reading.header.size, line.size());
  }
}

TEST(ProxyLineTest, EveryPieceWaitsForMore) {
  const std::string line = "PROXY TCP4 192.0.2.1 198.51.100.2 51234 443\r\n";
  for (std::size_t size = 0; size < line.size(); ++size)
    EXPECT_EQ(read(line.substr(0, size)).state, State::more) << size;
}

TEST(ProxyLineTest, OtherBytesAreNone) {
  for (const auto text : {"GET / HTTP/1.1", "proxy TCP4", "PROX ", "\r\n\r\nGET", "\r\n\r\n\1", " PROXY"})
    EXPECT_EQ(read(text).state, State::none) << text;
}

TEST(ProxyLineTest, LineEndIsCrAndLf) {
  const std::string line = "PROXY TCP4 192.0.2.1 198.51.100.2 1 2";
  EXPECT_EQ(reason(line + "\n"), "the line does not end with CR and LF");
  EXPECT_EQ(reason(line + "\rx"), "the line does not end with CR and LF");
  EXPECT_EQ(reason("PROXY UNKNOWN\r\r\n"), "the line does not end with CR and LF");
}

TEST(ProxyLineTest, HasAtMost107Bytes) {
  const std::string line = "PROXY UNKNOWN " + std::string(91, 'x');
  EXPECT_EQ(read(line + "\r\n").header.size, 107u);
  EXPECT_EQ(reason(line + "x\r\n"), "the line is longer than 107 bytes");
  EXPECT_EQ(reason(line + "x\r"), "the line is longer than 107 bytes");
  EXPECT_EQ(reason(line + "xx"), "the line is longer than 107 bytes");
}

struct Refused {
  std::string_view line, reason;
};

TEST(ProxyLineTest, WhatIsNotCanonicalIsBroken) {
  constexpr std::string_view source = "the source is no address of its family",
                             destination = "the destination is no address of its family",
                             port = "a port is no number up to 65535", name = "it names no known protocol";
  constexpr Refused refused[] = {
      {"PROXY\r\n", name},
      {"PROXY\tTCP4 1.1.1.1 2.2.2.2 1 2\r\n", name},
      {"PROXYTCP4 1.1.1.1 2.2.2.2 1 2\r\n", name},
      {"PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n", name},
      {"PROXY tcp4 1.1.1.1 2.2.2.2 1 2\r\n", name},
      {"PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n", name},
      {"PROXY UNKNOWNS\r\n", name},
      {"PROXY TCP4\r\n", source},
      {"PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n", source},
      {"PROXY TCP4 ::1 2.2.2.2 1 2\r\n", source},
      {"PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n", source},
      {"PROXY TCP4 1.1.1.01 2.2.2.2 1 2\r\n", source},
      {"PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n", source},
      {"PROXY TCP4\t1.1.1.1 2.2.2.2 1 2\r\n", name},
      {"PROXY TCP4 1.1.1.1 2.2.2.2.2 1 2\r\n", destination},
      {"PROXY TCP4 1.1.1.1 ::2 1 2\r\n", destination},
      {"PROXY TCP6 1.1.1.1 ::2 1 2\r\n", source},
      {"PROXY TCP6 ::1 1:2 1 2\r\n", destination},
      {"PROXY TCP6 ::1 ::12345 1 2\r\n", destination},
      {"PROXY TCP6 ::1%lo ::1 1 2\r\n", source},
      {"PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n", port},
      {"PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n", port},
      {"PROXY TCP4 1.1.1.1 2.2.2.2 +1 2\r\n", port},
      {"PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n", port},
      {"PROXY TCP4 1.1.1.1 2.2.2.2 1 18446744073709551617\r\n", port},
      {"PROXY TCP4 1.1.1.1 2.2.2.2 1  2\r\n", port},
      {"PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n", "something follows the ports"},
      {"PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n", "something follows the ports"},
  };
  for (const auto& [line, why] : refused) EXPECT_EQ(reason(line), why) << line;
}

}  // namespace
}  // namespace duplexd
