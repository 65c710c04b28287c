#include "tests/unit/net/tls/tls_pair.hpp"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <future>
#include <random>
#include <string>
#include <vector>

namespace duplexd {
namespace {

using namespace net_test;

struct TlsExchangeTest : testing::TestWithParam<int> {};

/// Sends all of a text in pieces of random sizes, while it receives as much, and counts what would block.
std::string exchange(TlsStream& stream, int socket, const std::string& text, unsigned seed) {
  std::mt19937 random(seed);
  std::string received;
  std::vector<std::byte> place(100'000);
  std::size_t sent = 0, piece = 1;
  while (sent < text.size() || received.size() < text.size()) {
    const auto in = stream.receive(std::span(place).first(1 + random() % place.size()));
    received.append(reinterpret_cast<const char*>(place.data()), in.bytes);
    IoResult out{0, EAGAIN};
    if (sent < text.size()) out = stream.send(bytes(std::string_view(text).substr(sent, piece)));
    sent += out.bytes;
    piece -= std::min(piece, out.bytes);
    if (piece == 0) piece = 1 + random() % 100'000;
    const bool failed =
        (in.error != 0 && !in.would_block()) || in.end_of_stream() || (out.error != 0 && !out.would_block());
    if (failed) break;
    if (in.would_block() && out.would_block())
      wait_for(socket, static_cast<short>(POLLIN | (sent < text.size() ? POLLOUT : 0)));
  }
  return received;
}

std::string random_text(std::size_t size, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string text(size, '\0');
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    const auto word = random();
    std::memcpy(text.data() + i, &word, sizeof word);
  }
  return text;
}

/// Over Unix sockets: TCP waits for its timers where buffers are this small.
TEST_P(TlsExchangeTest, BothWaysAtOnceAreExact) {
  TlsPair narrow(GetParam(), "unix:@tls-narrow");
  ASSERT_TRUE(narrow.shake_hands());
  const int ours = narrow.sockets.ours.get(), others = narrow.sockets.peer.get(), small = 8'192;
  for (const int socket : {ours, others})
    ASSERT_EQ(::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  constexpr std::size_t size = 64 << 20;
  const auto there = random_text(size, 1), back = random_text(size, 2);
  auto other = std::async(std::launch::async, [&] { return exchange(*narrow.peer, others, back, 3); });
  EXPECT_TRUE(exchange(*narrow.client, ours, there, 4) == back);
  EXPECT_TRUE(other.get() == there);
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsExchangeTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace duplexd
