#include "core/net/socket/stream.hpp"

#include "core/net/pipe_pool.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>

#include <array>
#include <csignal>
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

TEST_P(StreamTest, BytesArriveAsSent) {
  const auto sent = send(pair.ours.get(), bytes("hello"));
  EXPECT_EQ(sent.bytes, 5U);
  EXPECT_EQ(sent.error, 0);
  const auto received = receive_when_ready(pair.peer);
  EXPECT_EQ(received.bytes, 5U);
  EXPECT_FALSE(received.end_of_stream());
  EXPECT_FALSE(received.would_block());
  EXPECT_EQ(std::to_integer<char>(buffer[4]), 'o');
}

TEST_P(StreamTest, ReceivingNothingNeverBlocks) {
  ASSERT_FALSE(::fcntl(pair.ours.get(), F_GETFL) & O_NONBLOCK);
  const auto received = receive(pair.ours.get(), buffer);
  EXPECT_TRUE(received.would_block());
  EXPECT_FALSE(received.end_of_stream());
}

TEST_P(StreamTest, SendingToFullReceiverNeverBlocks) {
  ASSERT_FALSE(::fcntl(pair.ours.get(), F_GETFL) & O_NONBLOCK);
  const std::vector<std::byte> much(1 << 20);
  IoResult sent;
  for (int i = 0; i < 1000 && sent.error == 0; ++i) sent = send(pair.ours.get(), much);
  EXPECT_TRUE(sent.would_block());
}

TEST_P(StreamTest, EndLeavesOtherDirectionOpen) {
  EXPECT_EQ(shutdown_send(pair.ours.get()), 0);
  EXPECT_TRUE(receive_when_ready(pair.peer).end_of_stream());
  EXPECT_EQ(send(pair.peer.get(), bytes("still")).bytes, 5U);
  EXPECT_EQ(receive_when_ready(pair.ours).bytes, 5U);
}

TEST_P(StreamTest, SendingToClosedPeerFails) {
  reset_on_close(pair.peer.get());
  pair.peer.reset();
  (void)receive_when_ready(pair.ours);
  EXPECT_EQ(send(pair.ours.get(), bytes("x")).error, EPIPE);
}

TEST_P(StreamTest, EndingANonSocketFails) {
  EXPECT_EQ(shutdown_send(-1), EBADF);
  EXPECT_EQ(pending_error(-1), EBADF);
  EXPECT_EQ(receive(-1, buffer).error, EBADF);
  EXPECT_EQ(send(-1, buffer).error, EBADF);
}

TEST_P(StreamTest, BothEndsKnowListenersAddress) {
  EXPECT_EQ(peer_address(pair.ours.get()), local_address(pair.peer.get()));
  EXPECT_EQ(local_address(pair.ours.get()), peer_address(pair.peer.get()));
  EXPECT_EQ(local_address(-1), SocketAddress());
}

/// Two non-blocking sockets and a pipe between them, with SIGPIPE ignored, as in a worker.
class SpliceTest : public StreamTest {
 protected:
  void SetUp() override {
    StreamTest::SetUp();
    ::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(::fcntl(pair.ours.get(), F_SETFL, O_NONBLOCK), 0);
    ASSERT_TRUE(pipe);
  }
  void TearDown() override {
    if (pipe) pool.discard(pipe);
  }

  IoResult take(std::size_t most = pipe_size) {
    return splice_from(pair.ours.get(), pipe->entrance.get(), most);
  }
  IoResult give(std::size_t bytes) { return splice_to(pair.ours.get(), pipe->exit.get(), bytes); }
  void peer_sends(std::span<const std::byte> what) {
    ASSERT_EQ(send(pair.peer.get(), what).bytes, what.size());
    ASSERT_TRUE(wait_for(pair.ours.get(), POLLIN));
  }
  void fill_pipe(std::span<const std::byte> what) {
    ASSERT_EQ(::write(pipe->entrance.get(), what.data(), what.size()), static_cast<ssize_t>(what.size()));
  }
  void peer_resets() {
    reset_on_close(pair.peer.get());
    pair.peer.reset();
    ASSERT_TRUE(wait_for(pair.ours.get(), POLLIN));
  }

  static constexpr std::size_t pipe_size = 64 * 1024;
  PipePool pool{PipeLimits{.pipes = 1, .size = pipe_size}};
  Pipe* const pipe = pool.lease();
};

INSTANTIATE_TEST_SUITE_P(Families, SpliceTest, testing::Values("127.0.0.1:0", "unix:@duplexd-splice-test"),
                         [](const auto& family) { return family.index == 0 ? "Tcp" : "Unix"; });

TEST_P(SpliceTest, SplicedBytesArriveAsSent) {
  peer_sends(bytes("hello"));
  const auto in = take();
  EXPECT_EQ(in.bytes, 5U);
  EXPECT_EQ(in.error, 0);
  const auto out = give(5);
  EXPECT_EQ(out.bytes, 5U);
  EXPECT_EQ(out.error, 0);
  EXPECT_EQ(receive_when_ready(pair.peer).bytes, 5U);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(buffer.data()), 5), "hello");
}

TEST_P(SpliceTest, SpliceTakesNoMoreThanAsked) {
  peer_sends(bytes("hello"));
  EXPECT_EQ(take(2).bytes, 2U);
  EXPECT_EQ(take(64).bytes, 3U);
  EXPECT_EQ(give(5).bytes, 5U);
  EXPECT_EQ(receive_when_ready(pair.peer).bytes, 5U);
  EXPECT_EQ(std::to_integer<char>(buffer[4]), 'o');
}

TEST_P(SpliceTest, SpliceOfNothingWouldBlock) {
  const auto in = take();
  EXPECT_TRUE(in.would_block());
  EXPECT_FALSE(in.end_of_stream());
}

TEST_P(SpliceTest, SpliceAtEndTakesNothing) {
  peer_sends(bytes("last"));
  ASSERT_EQ(shutdown_send(pair.peer.get()), 0);
  EXPECT_EQ(take().bytes, 4U);
  ASSERT_TRUE(wait_for(pair.ours.get(), POLLRDHUP));
  EXPECT_TRUE(take().end_of_stream());
  EXPECT_EQ(give(4).bytes, 4U) << "the other direction lives on";
}

TEST_P(SpliceTest, SpliceToFullReceiverWouldBlock) {
  const std::vector<std::byte> much(pipe_size);
  std::size_t sent = 0;
  IoResult out{.bytes = much.size()};
  while (out.bytes == much.size()) {
    fill_pipe(much);
    sent += (out = give(much.size())).bytes;
  }
  const std::size_t left = much.size() - out.bytes;
  EXPECT_TRUE(give(left).would_block());

  std::size_t received = 0;
  for (std::size_t n = sent; n > 0 && received < sent; received += n) n = receive_when_ready(pair.peer).bytes;
  EXPECT_EQ(received, sent);
  ASSERT_TRUE(wait_for(pair.ours.get(), POLLOUT));
  EXPECT_EQ(give(left).bytes, left) << "what was left is in the pipe still";
}

TEST_P(SpliceTest, SpliceToClosedPeerKeepsBytes) {
  fill_pipe(bytes("x"));
  peer_resets();
  const bool tcp = local_address(pair.ours.get()).family() == AF_INET;
  EXPECT_EQ(give(1).error, tcp ? ECONNRESET : EPIPE);
  EXPECT_EQ(give(1).error, EPIPE);
  EXPECT_EQ(::read(pipe->exit.get(), buffer.data(), buffer.size()), 1);
}

TEST_P(SpliceTest, SplicingANonSocketFails) {
  EXPECT_EQ(splice_from(-1, pipe->entrance.get(), 1).error, EBADF);
  EXPECT_EQ(splice_to(-1, pipe->exit.get(), 1).error, EBADF);
}

TEST(SpliceResetTest, SpliceFromResetPeerFails) {
  auto pair = connected_pair("127.0.0.1:0");
  PipePool pool({.pipes = 1, .size = 64 * 1024});
  Pipe* const pipe = pool.lease();
  ASSERT_TRUE(pipe);
  reset_on_close(pair.ours.get());
  pair.ours.reset();
  ASSERT_TRUE(wait_for(pair.peer.get(), POLLIN));
  EXPECT_EQ(splice_from(pair.peer.get(), pipe->entrance.get(), 1).error, ECONNRESET);
  pool.give_back(pipe);
}

TEST(StreamResetTest, ResetOnCloseResetsTcpPeer) {
  auto pair = connected_pair("127.0.0.1:0");
  reset_on_close(pair.ours.get());
  pair.ours.reset();
  ASSERT_TRUE(wait_for(pair.peer.get(), POLLIN));
  EXPECT_EQ(pending_error(pair.peer.get()), ECONNRESET);
  EXPECT_EQ(pending_error(pair.peer.get()), 0);
}

TEST(StreamResetTest, ResetOnCloseEndsUnixPeer) {
  auto pair = connected_pair("unix:@duplexd-reset-test");
  reset_on_close(pair.ours.get());
  pair.ours.reset();
  std::array<std::byte, 8> buffer{};
  EXPECT_TRUE(receive(pair.peer.get(), buffer).end_of_stream());
}

TEST(StreamResetTest, EndToResetPeerSucceeds) {
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
