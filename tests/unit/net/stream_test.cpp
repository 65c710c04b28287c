#include "core/net/stream.hpp"

#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>

#include <array>
#include <vector>

namespace duplexd {
namespace {

using namespace net_test;

/// On TCP and on Unix sockets.
class StreamTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(pair.ours);
    ASSERT_TRUE(pair.peer);
  }
  IoResult receive_when_ready(const FileDescriptor& socket) {
    EXPECT_TRUE(wait_for(socket.get(), POLLIN));
    return receive(socket.get(), buffer);
  }

  Pair pair = connected_pair(GetParam());
  std::array<std::byte, 64> buffer{};
};

INSTANTIATE_TEST_SUITE_P(Families, StreamTest, testing::Values("127.0.0.1:0", "unix:@duplexd-stream-test"),
                         [](const auto& family) { return family.index == 0 ? "Tcp" : "Unix"; });

TEST_P(StreamTest, BytesArriveAsTheyWereSent) {
  const auto sent = send(pair.ours.get(), bytes("hello"));
  EXPECT_EQ(sent.bytes, 5U);
  EXPECT_EQ(sent.error, 0);
  const auto received = receive_when_ready(pair.peer);
  EXPECT_EQ(received.bytes, 5U);
  EXPECT_FALSE(received.end_of_stream());
  EXPECT_FALSE(received.would_block());
  EXPECT_EQ(std::to_integer<char>(buffer[4]), 'o');
}

TEST_P(StreamTest, NothingToReceiveWouldBlockEvenOnABlockingDescriptor) {
  ASSERT_FALSE(::fcntl(pair.ours.get(), F_GETFL) & O_NONBLOCK);
  const auto received = receive(pair.ours.get(), buffer);
  EXPECT_TRUE(received.would_block());
  EXPECT_FALSE(received.end_of_stream());
}

TEST_P(StreamTest, AFullReceiverWouldBlockEvenOnABlockingDescriptor) {
  ASSERT_FALSE(::fcntl(pair.ours.get(), F_GETFL) & O_NONBLOCK);
  const std::vector<std::byte> much(1 << 20);
  IoResult sent;
  for (int i = 0; i < 1000 && sent.error == 0; ++i) sent = send(pair.ours.get(), much);
  EXPECT_TRUE(sent.would_block());
}

TEST_P(StreamTest, TheEndOfOneDirectionLeavesTheOtherOpen) {
  EXPECT_EQ(shutdown_send(pair.ours.get()), 0);
  EXPECT_TRUE(receive_when_ready(pair.peer).end_of_stream());
  EXPECT_EQ(send(pair.peer.get(), bytes("still")).bytes, 5U);
  EXPECT_EQ(receive_when_ready(pair.ours).bytes, 5U);
}

TEST_P(StreamTest, SendingToAPeerThatIsGoneIsAnErrorAndNoSignal) {
  reset_on_close(pair.peer.get());
  pair.peer.reset();
  (void)receive_when_ready(pair.ours);
  EXPECT_EQ(send(pair.ours.get(), bytes("x")).error, EPIPE);
}

TEST_P(StreamTest, TheEndOfADescriptorThatIsNoSocketIsAnError) {
  EXPECT_EQ(shutdown_send(-1), EBADF);
  EXPECT_EQ(pending_error(-1), EBADF);
  EXPECT_EQ(receive(-1, buffer).error, EBADF);
  EXPECT_EQ(send(-1, buffer).error, EBADF);
}

TEST_P(StreamTest, BothEndsKnowTheAddressOfTheListener) {
  EXPECT_EQ(peer_address(pair.ours.get()), local_address(pair.peer.get()));
  EXPECT_EQ(local_address(pair.ours.get()), peer_address(pair.peer.get()));
  EXPECT_EQ(local_address(-1), SocketAddress());
}

TEST(StreamResetTest, ACloseAfterResetOnCloseResetsATcpPeer) {
  auto pair = connected_pair("127.0.0.1:0");
  reset_on_close(pair.ours.get());
  pair.ours.reset();
  ASSERT_TRUE(wait_for(pair.peer.get(), POLLIN));
  EXPECT_EQ(pending_error(pair.peer.get()), ECONNRESET);
  EXPECT_EQ(pending_error(pair.peer.get()), 0);
}

TEST(StreamResetTest, AUnixPeerSeesAPlainEnd) {
  auto pair = connected_pair("unix:@duplexd-reset-test");
  reset_on_close(pair.ours.get());
  pair.ours.reset();
  std::array<std::byte, 8> buffer{};
  EXPECT_TRUE(receive(pair.peer.get(), buffer).end_of_stream());
}

TEST(StreamResetTest, ForwardingTheEndToAPeerThatHasResetIsNoError) {
  auto pair = connected_pair("127.0.0.1:0");
  reset_on_close(pair.peer.get());
  pair.peer.reset();
  ASSERT_TRUE(wait_for(pair.ours.get(), POLLIN));
  EXPECT_EQ(shutdown_send(pair.ours.get()), 0);
  std::array<std::byte, 8> buffer{};
  EXPECT_EQ(receive(pair.ours.get(), buffer).error, ECONNRESET);
}

}  // namespace
}  // namespace duplexd
