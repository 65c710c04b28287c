#include "tests/unit/net/tls/tls_pair.hpp"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <array>
#include <future>

namespace duplexd {
namespace {

using namespace net_test;
using Progress = TlsStream::Progress;

struct TlsStreamTest : testing::TestWithParam<int> {
  int client_socket() const { return pair.sockets.ours.get(); }
  int peer_socket() const { return pair.sockets.peer.get(); }

  /// Once more than a handshake, so that tickets are taken.
  void greet() {
    ASSERT_TRUE(pair.shake_hands());
    ASSERT_EQ(send_all(*pair.peer, peer_socket(), "hello"), 0);
    ASSERT_EQ(receive_all(*pair.client, client_socket(), 5).text, "hello");
  }

  /// The client ends its stream, and resets what comes then.
  void leave_after_end() {
    greet();
    ASSERT_EQ(pair.client->finish(), 0);
    EXPECT_TRUE(receive_all(*pair.peer, peer_socket()).ended);
    reset_on_close(client_socket());
    pair.sockets.ours.reset();
    ASSERT_TRUE(wait_for(peer_socket(), POLLHUP));
  }

  TlsPair pair{GetParam()};
  std::array<std::byte, 64 * 1024> place{};
};

TEST_P(TlsStreamTest, HandshakeWantsTheSocketReadable) {
  EXPECT_EQ(pair.peer->handshake(), Progress::wants_readable);
  EXPECT_TRUE(pair.peer->short_read_means_empty());
  EXPECT_EQ(pair.client->handshake(), Progress::wants_readable);
  EXPECT_TRUE(pair.shake_hands());
  EXPECT_EQ(pair.client->version(), GetParam() == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
  EXPECT_EQ(pair.client->cipher(), pair.peer->cipher());
  EXPECT_EQ(pair.client->protocol(), "");
  EXPECT_EQ(pair.peer->server_name(), "");
  EXPECT_FALSE(pair.peer->resumed());
}

TEST_P(TlsStreamTest, NothingToReceiveWouldBlock) {
  greet();
  EXPECT_TRUE(pair.peer->receive(place).would_block());
  EXPECT_TRUE(pair.peer->short_read_means_empty());
  EXPECT_FALSE(pair.peer->pending());
  EXPECT_TRUE(pair.peer->peek().would_block());
}

TEST_P(TlsStreamTest, PeekLeavesItsByte) {
  greet();
  ASSERT_EQ(send_all(*pair.client, client_socket(), "abc"), 0);
  ASSERT_TRUE(wait_for(peer_socket(), POLLIN));
  EXPECT_EQ(pair.peer->peek().bytes, 1u);
  EXPECT_TRUE(pair.peer->pending());
  EXPECT_EQ(receive_all(*pair.peer, peer_socket(), 3).text, "abc");
}

TEST_P(TlsStreamTest, SmallPlacesLeaveBytesPending) {
  greet();
  ASSERT_EQ(send_all(*pair.client, client_socket(), "abcdef"), 0);
  ASSERT_TRUE(wait_for(peer_socket(), POLLIN));
  EXPECT_EQ(pair.peer->receive(std::span(place).first(4)).bytes, 4u);
  EXPECT_TRUE(pair.peer->pending());
  EXPECT_FALSE(pair.peer->short_read_means_empty());
  EXPECT_EQ(pair.peer->receive(place).bytes, 2u);
  EXPECT_FALSE(pair.peer->pending());
}

TEST_P(TlsStreamTest, SeveralRecordsAreReceivedAtOnce) {
  greet();
  for (const auto* text : {"a", "b", "c"}) ASSERT_EQ(send_all(*pair.client, client_socket(), text), 0);
  ASSERT_TRUE(wait_for(peer_socket(), POLLIN));
  EXPECT_EQ(pair.peer->receive(place).bytes, 3u);
}

TEST_P(TlsStreamTest, FullSocketTakesNoMore) {
  greet();
  std::size_t sent = 0;
  IoResult result;
  while ((result = pair.client->send(place)).error == 0) sent += result.bytes;
  EXPECT_TRUE(result.would_block());
  auto received = std::async(std::launch::async, [&] { return receive_all(*pair.peer, peer_socket()); });
  // The same bytes, from elsewhere.
  const auto moved = place;
  ASSERT_EQ(
      send_all(*pair.client, client_socket(), {reinterpret_cast<const char*>(moved.data()), moved.size()}),
      0);
  EXPECT_EQ(pair.client->finish(), 0);
  EXPECT_EQ(received.get().text.size(), sent + moved.size());
}

TEST_P(TlsStreamTest, HalfCloseLeavesTheOtherHalf) {
  greet();
  ASSERT_EQ(send_all(*pair.client, client_socket(), "last"), 0);
  ASSERT_EQ(pair.client->finish(), 0);
  EXPECT_EQ(pair.client->finish(), 0);
  const auto received = receive_all(*pair.peer, peer_socket());
  EXPECT_EQ(received.text, "last");
  EXPECT_TRUE(received.ended);
  EXPECT_TRUE(pair.peer->receive(place).end_of_stream());
  ASSERT_EQ(send_all(*pair.peer, peer_socket(), "answer"), 0);
  ASSERT_EQ(pair.peer->finish(), 0);
  const auto answer = receive_all(*pair.client, client_socket());
  EXPECT_EQ(answer.text, "answer");
  EXPECT_TRUE(answer.ended);
}

TEST_P(TlsStreamTest, FinishWaitsForRoom) {
  greet();
  while (pair.client->send(place).error == 0) continue;
  auto received = std::async(std::launch::async, [&] { return receive_all(*pair.peer, peer_socket()); });
  ASSERT_EQ(
      send_all(*pair.client, client_socket(), {reinterpret_cast<const char*>(place.data()), place.size()}),
      0);
  int error = EAGAIN;
  while ((error = pair.client->finish()) == EAGAIN) ASSERT_TRUE(wait_for(client_socket(), POLLOUT));
  EXPECT_EQ(error, 0);
  EXPECT_TRUE(received.get().ended);
}

TEST_P(TlsStreamTest, EndWithoutNoticeIsTruncated) {
  greet();
  ASSERT_EQ(send_all(*pair.client, client_socket(), "half"), 0);
  ASSERT_EQ(shutdown_send(client_socket()), 0);
  const auto received = receive_all(*pair.peer, peer_socket());
  EXPECT_EQ(received.text, "half");
  EXPECT_EQ(received.error, tls_truncated);
  EXPECT_EQ(words(pair.peer->failure()), "ended without a close_notify");
}

TEST_P(TlsStreamTest, ResetStaysReset) {
  greet();
  ASSERT_EQ(send_all(*pair.client, client_socket(), "half"), 0);
  ASSERT_TRUE(wait_for(peer_socket(), POLLIN));
  ASSERT_EQ(pair.peer->receive(std::span(place).first(1)).bytes, 1u);
  reset_on_close(client_socket());
  pair.sockets.ours.reset();
  ASSERT_TRUE(wait_for(peer_socket(), POLLHUP));
  const auto received = receive_all(*pair.peer, peer_socket());
  EXPECT_EQ(received.text, "alf");
  EXPECT_EQ(received.error, ECONNRESET);
  EXPECT_EQ(pair.peer->send(bytes("more")).error, EPIPE);
}

TEST_P(TlsStreamTest, PeerThatHasLeftTakesNothing) {
  leave_after_end();
  EXPECT_EQ(pair.peer->send(bytes("late")).error, EPIPE);
}

TEST_P(TlsStreamTest, PeerThatLeftHearsNoEnd) {
  leave_after_end();
  EXPECT_EQ(pair.peer->finish(), 0);
  EXPECT_EQ(pair.peer->finish(), 0);
}

TEST_P(TlsStreamTest, ForeignBytesBreakTheStream) {
  greet();
  ASSERT_EQ(send(client_socket(), bytes("this is no record of TLS")).error, 0);
  const auto received = receive_all(*pair.peer, peer_socket());
  EXPECT_EQ(received.error, tls_broken);
  EXPECT_EQ(words(pair.peer->failure()), "wrong version number");
}

TEST_P(TlsStreamTest, PlainTextFailsTheHandshake) {
  ASSERT_EQ(send(client_socket(), bytes("GET / HTTP/1.1\r\n\r\n")).error, 0);
  ASSERT_TRUE(wait_for(peer_socket(), POLLIN));
  EXPECT_EQ(pair.peer->handshake(), Progress::failed);
  EXPECT_EQ(words(pair.peer->failure()), "http request");
}

TEST_P(TlsStreamTest, EndAmidHandshakeFails) {
  EXPECT_EQ(pair.client->handshake(), Progress::wants_readable);
  pair.sockets.peer.reset();
  ASSERT_TRUE(wait_for(client_socket(), POLLIN));
  EXPECT_EQ(pair.client->handshake(), Progress::failed);
  EXPECT_NE(pair.client->failure().error, 0);
  EXPECT_NE(pair.client->failure().error, tls_broken);
}

TEST_P(TlsStreamTest, KeyUpdateGoesUnnoticed) {
  if (GetParam() != TLS1_3_VERSION) GTEST_SKIP() << "TLS 1.2 has no KeyUpdate";
  greet();
  ASSERT_EQ(SSL_key_update(&pair.client->native(), SSL_KEY_UPDATE_REQUESTED), 1);
  ASSERT_EQ(send_all(*pair.client, client_socket(), "new keys"), 0);
  EXPECT_EQ(receive_all(*pair.peer, peer_socket(), 8).text, "new keys");
  ASSERT_EQ(send_all(*pair.peer, peer_socket(), "mine, too"), 0);
  EXPECT_EQ(receive_all(*pair.client, client_socket(), 9).text, "mine, too");
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsStreamTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace duplexd
