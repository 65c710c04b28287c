// What carries a ClientHello: records, their limits, and clients that speak something else.
#include "tests/unit/net/client_hello/hello_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

using namespace hello_bytes;

/// A hello whose message has `size` bytes behind its header.
std::string message_of_size(std::size_t size) {
  const auto padding = size - (message_with(asks_for("a.example")).size() - 4) - 4;
  return message_with(asks_for("a.example") + extension(21, std::string(padding, '\0')));
}

TEST(HelloRecordsTest, FirstByteTellsOtherProtocols) {
  for (const auto client : {"http", "ssh", "ssl2"}) {
    const auto bytes = sent_by(client);
    ASSERT_FALSE(bytes.empty()) << client;
    EXPECT_EQ(said_of(bytes.substr(0, 1)), "not TLS") << client;
    EXPECT_EQ(said_of(bytes), "not TLS") << client;
  }
}

TEST(HelloRecordsTest, OtherMajorVersionIsNotTls) {
  EXPECT_EQ(said_of("\x16\xfe"), "not TLS");  // DTLS
  EXPECT_EQ(said_of("\x16\x02"), "not TLS");
  EXPECT_EQ(said_of("\x16\x03\xff"), "more");  // the minor version means nothing (RFC 8446, 5.1)
}

TEST(HelloRecordsTest, AlertFirstIsNotTls) {
  EXPECT_EQ(said_of("\x15\x03\x01\x00\x02\x02\x28"sv), "not TLS");
}

TEST(HelloRecordsTest, NothingYetWantsOneHeader) {
  EXPECT_EQ(said_of(""), "more");
  EXPECT_EQ(reading_of("").wanted, 5u);
}

TEST(HelloRecordsTest, RestOfTheRecordIsWanted) {
  const auto bytes = hello_with(asks_for("a.example"));
  EXPECT_EQ(reading_of(bytes.substr(0, 5)).wanted, 9u);  // then the length of the message is known
  EXPECT_EQ(reading_of(bytes.substr(0, 9)).wanted, bytes.size());
  EXPECT_EQ(reading_of(bytes.substr(0, bytes.size() - 1)).wanted, bytes.size());
}

TEST(HelloRecordsTest, NothingBehindTheHelloIsWanted) {
  const auto message = message_with(asks_for("a.example"));
  const auto with_next = record_of(message + std::string(100, 'x'));
  const auto needed = with_next.size() - 100;
  EXPECT_EQ(reading_of(with_next.substr(0, 20)).wanted, needed);
  EXPECT_EQ(said_of(with_next.substr(0, needed)), "hello a.example");
}

TEST(HelloRecordsTest, EmptyRecordIsBroken) {
  EXPECT_EQ(said_of(record_of("")), "broken: it sends an empty record");
  const auto message = message_with(asks_for("a.example"));
  EXPECT_EQ(said_of(record_of(message.substr(0, 9)) + record_of("") + record_of(message.substr(9))),
            "broken: it sends an empty record");
}

TEST(HelloRecordsTest, OversizedRecordIsBroken) {
  EXPECT_EQ(said_of("\x16\x03\x01\x40\x00"sv), "more");
  EXPECT_EQ(said_of("\x16\x03\x01\x40\x01"sv), "broken: it sends a record of more than 16 KiB");
}

TEST(HelloRecordsTest, OtherRecordAmidHelloIsBroken) {
  const auto begun = record_of(message_with("").substr(0, 9));
  EXPECT_EQ(said_of(begun), "more");
  EXPECT_EQ(said_of(begun + "\x15"), "broken: something else comes amid its ClientHello");
  EXPECT_EQ(said_of(begun + "\x16\x04"), "broken: something else comes amid its ClientHello");
  EXPECT_EQ(said_of(begun + "G"), "broken: something else comes amid its ClientHello");
}

TEST(HelloRecordsTest, OtherFirstMessageIsBroken) {
  EXPECT_EQ(said_of("\x16\x03\x01\x00\x30\x02"sv), "broken: its first message is not a ClientHello");
}

TEST(HelloRecordsTest, MessageHasAtMostSixteenKib) {
  const auto most = HelloLimits::message_bytes;
  EXPECT_EQ(said_of(records_of(message_of_size(most), 16 * 1024)), "hello a.example");
  EXPECT_EQ(said_of(records_of(message_of_size(most + 1), 16 * 1024)), "too long");
  EXPECT_EQ(said_of("\x16\x03\x01\x00\x30\x01\x00\x40\x01"sv), "too long") << "its length alone tells";
}

TEST(HelloRecordsTest, RecordsOfOneByteAreLimited) {
  const auto message = message_of_size(5456 - 4);
  const auto most = records_of(message, 1);  // six bytes for each
  ASSERT_EQ(most.size(), HelloLimits::sent_bytes - 37);
  EXPECT_EQ(said_of(most), "hello a.example");
  const auto longer = records_of(message_of_size(5456 - 4 + 10), 1);
  EXPECT_EQ(said_of(longer), "too long");
  for (std::size_t size = HelloLimits::sent_bytes - 20; size < longer.size(); ++size) {
    const auto reading = reading_of(longer.substr(0, size));
    EXPECT_TRUE(reading.state == HelloState::too_long || reading.wanted <= HelloLimits::sent_bytes) << size;
    EXPECT_TRUE(size < HelloLimits::sent_bytes || reading.state == HelloState::too_long) << size;
  }
}

}  // namespace
}  // namespace duplexd
