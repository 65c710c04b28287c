// Hellos of real programs, and of Chromium and Firefox as they are published.
#include "tests/unit/net/client_hello/hello_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace duplexd {
namespace {

using namespace hello_bytes;

struct RealClient {
  std::string file;
  std::string said;
  std::string protocols;  // as on the wire
};

const std::string web = "\x02h2\x08http/1.1";

const std::vector<RealClient>& real_clients() {
  static const std::vector<RealClient> all{
      {"openssl_tls10", "hello old.example.com", ""},
      {"openssl_tls12", "hello www.example.com", ""},
      {"openssl_tls13", "hello www.example.com", ""},
      {"openssl_alpn", "hello upper.example.com", web},
      {"openssl_nameless", "hello ", ""},
      {"curl_h2", "hello h2.example.com", web},
      {"curl_http11", "hello web.example.com", "\x08http/1.1"},
      {"curl_address", "hello ", web},
      {"psql", "hello localhost", ""},
      {"redis", "hello redis.example.com", ""},
      {"node", "hello node.example.com", web},
      {"wget", "hello localhost", ""},
      {"chromium", "hello www.example.com", web},
      {"chromium_ech_outer", "hello cloudflare-ech.com", web},
      {"firefox", "hello www.example.com", web},
      {"in_two_records", "hello www.example.com", web},
      {"in_records_of_one_byte", "hello a.example", "\x02h2"},
      {"final_dot", "hello dot.example", ""},
      {"address", "hello ", ""},
      {"address6", "hello ", ""},
      {"other_kind_of_name", "hello b.example", ""},
      {"without_extensions", "hello ", ""},
  };
  return all;
}

TEST(RealHellosTest, NameAndProtocolsAreFound) {
  for (const auto& client : real_clients()) {
    const auto bytes = sent_by(client.file);
    ASSERT_FALSE(bytes.empty()) << client.file;
    EXPECT_EQ(said_of(bytes), client.said) << client.file;
    EXPECT_EQ(reading_of(bytes).hello.protocols(), client.protocols) << client.file;
  }
}

TEST(RealHellosTest, EveryPrefixAsksForMore) {
  for (const auto& client : real_clients()) {
    const auto bytes = sent_by(client.file);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto reading = reading_of(std::string_view(bytes).substr(0, size));
      ASSERT_EQ(reading.state, HelloState::more) << client.file << " at " << size;
      ASSERT_GT(reading.wanted, size) << client.file;
      ASSERT_LE(reading.wanted, bytes.size()) << client.file << " at " << size;
    }
  }
}

TEST(RealHellosTest, BytesBehindHelloChangeNothing) {
  for (const auto& client : real_clients()) {
    const auto bytes = sent_by(client.file);
    EXPECT_EQ(said_of(bytes + record_of("early data") + "x"), client.said) << client.file;
  }
}

TEST(RealHellosTest, SizeOfRecordsChangesNothing) {
  for (const auto& client : {"openssl_alpn", "chromium", "firefox"}) {
    const auto bytes = sent_by(client);
    for (const std::size_t size : {1u, 2u, 3u, 4u, 5u, 100u, 1000u}) {
      const auto fragments = records_of(bytes.substr(5), size);
      EXPECT_EQ(said_of(fragments), said_of(bytes)) << client << " by " << size;
      EXPECT_EQ(reading_of(fragments).hello.protocols(), reading_of(bytes).hello.protocols()) << client;
      EXPECT_EQ(said_of(fragments.substr(0, fragments.size() - 1)), "more") << client << " by " << size;
    }
  }
}

TEST(RealHellosTest, ProtocolIsComparedAsAWhole) {
  const auto hello = reading_of(sent_by("curl_h2")).hello;
  EXPECT_TRUE(hello.offers("h2"));
  EXPECT_TRUE(hello.offers("http/1.1"));
  for (const auto other : {"", "h", "h2c", "http/1.0", "http/1.1\n"})
    EXPECT_FALSE(hello.offers(other)) << other;
  EXPECT_FALSE(reading_of(sent_by("openssl_tls12")).hello.offers("h2"));
}

}  // namespace
}  // namespace duplexd
