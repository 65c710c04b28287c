#include "tests/unit/net/waiting.hpp"

#include <boost/asio/error.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>

#include <array>
#include <cerrno>

namespace duplexd {
namespace {

using namespace net_test;

TEST_F(WatchedSocketTest, CancelEndsOnlyEarlierWaits) {
  Waiter watcher;
  waiter_.wait(*socket_, Event::readable);
  watcher.wait(*socket_, Event::hang_up);
  socket_->cancel();
  EXPECT_EQ(waiter_.calls, 0) << "not from within cancel()";
  run_ready();
  EXPECT_EQ(waiter_.last, boost::asio::error::operation_aborted);
  EXPECT_EQ(watcher.last, boost::asio::error::operation_aborted);
  waiter_.wait(*socket_, Event::readable);
  peer_sends("x");
  run_ready();
  EXPECT_EQ(waiter_.calls, 2);
  EXPECT_FALSE(waiter_.last);
}

TEST_F(WatchedSocketTest, CloseEndsWaitsAndTellsPeer) {
  Waiter writer;
  write_until_it_would_block(socket_->get());
  waiter_.wait(*socket_, Event::readable);
  writer.wait(*socket_, Event::writable);
  socket_->close();
  EXPECT_FALSE(socket_->is_open());
  run_ready();
  EXPECT_EQ(waiter_.last, boost::asio::error::operation_aborted);
  EXPECT_EQ(writer.last, boost::asio::error::operation_aborted);
  std::array<std::byte, 64 * 1024> buffer{};
  IoResult in = receive(peer_.get(), buffer);
  while (in.bytes > 0) in = receive(peer_.get(), buffer);
  EXPECT_TRUE(in.end_of_stream());
}

TEST_F(WatchedSocketTest, ClosedSocketIsForgottenDespiteDuplicate) {
  const FileDescriptor duplicate(::fcntl(socket_->get(), F_DUPFD_CLOEXEC, 0));
  socket_->expect_duplicate();
  socket_->close();
  peer_sends("x");
  run_ready();
  EXPECT_FALSE(socket_->told(Event::readable)) << "whose memory may be another's by now";
}

TEST_F(WatchedSocketTest, ClosedSocketEndsReadyWaitOnce) {
  waiter_.wait(*socket_, Event::readable);
  peer_sends("x");
  socket_->close();
  run_ready();
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_EQ(waiter_.last, boost::asio::error::operation_aborted);
}

TEST_F(WatchedSocketTest, ClosedSocketsMayBeOpenedAgain) {
  socket_->close();
  socket_->close();
  socket_->cancel();
  Pair another = unix_pair();
  ASSERT_EQ(socket_->open(another.ours, Kind::other), 0);
  waiter_.wait(*socket_, Event::readable);
  ASSERT_EQ(send(another.peer.get(), bytes("x")).bytes, 1U);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

TEST_F(WatchedSocketTest, ReleaseReturnsSocketAndEndsWaits) {
  waiter_.wait(*socket_, Event::readable);
  const FileDescriptor released = socket_->release();
  EXPECT_FALSE(socket_->is_open());
  peer_sends("still");
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_EQ(waiter_.last, boost::asio::error::operation_aborted);
  std::array<std::byte, 8> buffer{};
  EXPECT_EQ(receive(released.get(), buffer).bytes, 5U);
}

TEST_F(WatchedSocketTest, ReleasedSocketsCanBeWatchedAgain) {
  FileDescriptor released = socket_->release();
  WatchedSocket second(*loop_);
  ASSERT_EQ(second.open(released, Kind::other), 0) << "EEXIST: the first watch lives";
  waiter_.wait(second, Event::readable);
  peer_sends("x");
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(waiter_.last);
}

TEST_F(WatchedSocketTest, DestroyedLoopsFreeWaitsWithoutCalling) {
  Waiter writer;
  Waiter yielder;
  waiter_.wait(*socket_, Event::readable);
  write_until_it_would_block(socket_->get());
  writer.wait(*socket_, Event::writable);
  yielder.yield(*loop_);
  socket_.reset();
  EXPECT_TRUE(waiter_.memory.busy());
  loop_.reset();
  for (const Waiter* waiter : {&waiter_, &writer, &yielder}) {
    EXPECT_FALSE(waiter->memory.busy());
    EXPECT_EQ(waiter->calls, 0);
  }
}

TEST_F(WatchedSocketTest, WatchedSocketsAreRefusedToOthers) {
  FileDescriptor same(socket_->get());
  WatchedSocket second(*loop_);
  EXPECT_EQ(second.open(same, Kind::other), EEXIST);
  EXPECT_FALSE(second.is_open());
  EXPECT_EQ(same.release(), socket_->get());
}

TEST_F(WatchedSocketTest, ClosedDescriptorsAreRefused) {
  FileDescriptor none;
  WatchedSocket socket(*loop_);
  EXPECT_EQ(socket.open(none, Kind::other), EBADF);
  EXPECT_FALSE(socket.is_open());
}

TEST_F(WatchedSocketTest, OpenMaySucceedAfterItFailed) {
  FileDescriptor none;
  WatchedSocket socket(*loop_);
  ASSERT_EQ(socket.open(none, Kind::other), EBADF);
  Pair pair = unix_pair();
  ASSERT_EQ(socket.open(pair.ours, Kind::other), 0);
  waiter_.wait(socket, Event::readable);
  ASSERT_EQ(send(pair.peer.get(), bytes("x")).bytes, 1U);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

// epoll(7) does not watch what never blocks.
TEST_F(WatchedSocketTest, RegularFilesAreRefused) {
  FileDescriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  WatchedSocket socket(*loop_);
  EXPECT_EQ(socket.open(file, Kind::other), EPERM);
  EXPECT_FALSE(socket.is_open());
}

TEST_F(WatchedSocketTest, WaitOnClosedSocketFails) {
  socket_->close();
  waiter_.wait(*socket_, Event::readable);
  EXPECT_EQ(waiter_.calls, 0);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_EQ(waiter_.last, boost::asio::error::bad_descriptor);
}

}  // namespace
}  // namespace duplexd
