// What a ClientHello says, and hellos that are none.
#include "tests/unit/net/client_hello/hello_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

using namespace hello_bytes;

const std::string bad_lengths = "broken: the lengths in its ClientHello do not add up";
const std::string bad_name = "broken: it asks for a name that is none of a host";

std::string asked(std::string_view name) { return said_of(hello_with(asks_for(name))); }

TEST(ClientHelloTest, NameLosesCapitalsAndFinalDot) {
  EXPECT_EQ(asked("WWW.Example.COM"), "hello www.example.com");
  EXPECT_EQ(asked("www.example.com."), "hello www.example.com");
  EXPECT_EQ(asked("localhost"), "hello localhost");
  EXPECT_EQ(asked("_dmarc.xn--bcher-kva.example"), "hello _dmarc.xn--bcher-kva.example");
}

TEST(ClientHelloTest, AddressIsNoName) {
  for (const auto address : {"192.0.2.1", "2001:db8::1", "[2001:db8::1]", "::ffff:192.0.2.1", "192.0.2.1."})
    EXPECT_EQ(asked(address), "hello ") << address;
}

TEST(ClientHelloTest, NameOfNoHostIsBroken) {
  for (const auto name : {""sv, "."sv, ".."sv, "a..b"sv, ".a"sv, "a\0b"sv, "a b"sv, "a/b"sv, "*.example"sv,
                          "b\xc3\xbc"
                          "cher.example"sv,
                          "a:443"sv, "a\n"sv, "a.example.."sv})
    EXPECT_EQ(asked(name), bad_name) << name;
}

TEST(ClientHelloTest, NamesHaveTheLengthOfDns) {
  const std::string label(63, 'a');
  const auto longest = label + '.' + label + '.' + label + '.' + std::string(61, 'b');
  ASSERT_EQ(longest.size(), longest_host_name);
  EXPECT_EQ(asked(longest), "hello " + longest);
  EXPECT_EQ(asked(longest + '.'), "hello " + longest);
  EXPECT_EQ(asked(longest + 'b'), bad_name);
  EXPECT_EQ(asked(std::string(64, 'a')), bad_name);
  EXPECT_EQ(asked(std::string(4096, 'a')), bad_name);
}

TEST(ClientHelloTest, SeveralNamesAreBroken) {
  const auto two = extension(0, sized(2, name_entry("a.example") + name_entry("b.example")));
  EXPECT_EQ(said_of(hello_with(two)), "broken: it asks for several names at once");
}

TEST(ClientHelloTest, OtherKindsOfNamesAreSkipped) {
  const auto names = extension(0, sized(2, name_entry("?", 7) + name_entry("a.example") + name_entry("", 8)));
  EXPECT_EQ(said_of(hello_with(names)), "hello a.example");
}

TEST(ClientHelloTest, ExtensionTwiceIsBroken) {
  const auto twice = "broken: its ClientHello has an extension twice";
  EXPECT_EQ(said_of(hello_with(asks_for("a.example") + asks_for("a.example"))), twice);
  EXPECT_EQ(said_of(hello_with(offering({"h2"}) + asks_for("a.example") + offering({"h2"}))), twice);
}

TEST(ClientHelloTest, GreaseIsSkipped) {
  const auto hello = hello_with(extension(0x0a0a, "") + offering({"\x1a\x1a", "h2"}) + asks_for("a.example") +
                                extension(0xfafa, "\0"sv));
  EXPECT_EQ(said_of(hello), "hello a.example");
  EXPECT_TRUE(reading_of(hello).hello.offers("h2"));
}

TEST(ClientHelloTest, ListsThatMisstateLengthsAreBroken) {
  for (const auto& bytes :
       {extension(0, ""), extension(0, sized(2, "")), extension(0, sized(2, name_entry("a")) + "x"),
        extension(0, number(2, 99) + name_entry("a")), extension(0, sized(2, "\0\0"sv)),
        extension(0, sized(2, number(1, 0) + number(2, 9) + "a")), extension(16, ""),
        extension(16, sized(2, "")), offering({""}), extension(16, sized(2, "\x09h2")), number(2, 0xffff),
        number(2, 5) + number(2, 1)})
    EXPECT_EQ(said_of(hello_with(bytes)), bad_lengths) << bytes;
}

TEST(ClientHelloTest, ProtocolsAreLimited) {
  const std::string long_name(255, 'p');
  EXPECT_EQ(said_of(hello_with(offering({long_name, long_name}))), "hello ");
  EXPECT_EQ(said_of(hello_with(offering({long_name, long_name, "h2"}))),
            "broken: it offers too many protocols");
}

/// A message of these parts, with nothing behind them.
std::string parts(std::string_view session_id, std::string_view ciphers, std::string_view rest) {
  return record_of("\1" + sized(3, "\3\3" + std::string(32, 'r') + sized(1, session_id) + sized(2, ciphers) +
                                       std::string(rest)));
}

TEST(ClientHelloTest, PartsBeforeExtensionsAreChecked) {
  const auto null = "\1\0"sv;  // the compression that every client offers
  EXPECT_EQ(said_of(parts("", "cc", null)), "hello ");
  EXPECT_EQ(said_of(parts(std::string(33, 's'), "cc", null)), bad_lengths);
  EXPECT_EQ(said_of(parts("", "", null)), "broken: its ClientHello has no list of ciphers");
  EXPECT_EQ(said_of(parts("", "ccc", null)), "broken: its ClientHello has no list of ciphers");
  EXPECT_EQ(said_of(parts("", "cc", "\0"sv)), "broken: its ClientHello has no list of compressions");
  EXPECT_EQ(said_of(parts("", "cc", "\2\0"sv)), bad_lengths);
  EXPECT_EQ(said_of(parts("", "cc", "\1\0\0"sv)), bad_lengths);
  EXPECT_EQ(said_of(parts("", "cc", "\1\0\0\0x"sv)), bad_lengths);
  EXPECT_EQ(said_of(record_of("\1\0\0\0"sv)), bad_lengths);
}

TEST(ClientHelloTest, EveryShorterMessageIsBroken) {
  const auto body = message_with(asks_for("a.example") + offering({"h2"})).substr(4);
  const std::size_t without_extensions = 2 + 32 + 33 + 6 + 2;
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto said = said_of(record_of("\1" + sized(3, body.substr(0, size))));
    EXPECT_EQ(said == "hello ", size == without_extensions) << size << ": " << said;
    EXPECT_NE(said, "more") << size;
  }
}

TEST(ClientHelloTest, AgreedNameAndProtocolAreNormal) {
  const ClientHello hello("WWW.example.", "h2");
  EXPECT_EQ(hello.server_name(), "www.example");
  EXPECT_TRUE(hello.offers("h2"));
  EXPECT_EQ(ClientHello("192.0.2.1", "").server_name(), "");
  EXPECT_EQ(ClientHello("bad\nname", "").server_name(), "");
  EXPECT_EQ(ClientHello("", "").protocols(), "");
}

}  // namespace
}  // namespace duplexd
