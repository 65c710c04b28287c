#include "core/net/watched_socket.hpp"

#include "core/memory/handler.hpp"
#include "tests/unit/net/sockets.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>

#include <array>
#include <optional>
#include <vector>

namespace duplexd {
namespace {

using namespace net_test;
using Event = WatchedSocket::Event;

/// Waits once at a time, and notes how it went.
struct Waiter {
  void wait(WatchedSocket& socket, Event event) {
    socket.async_wait(event, Handler<&Waiter::on_event>(*this));
  }
  void yield(WatchedSocket& socket) { socket.async_yield(Handler<&Waiter::on_event>(*this)); }
  void on_event(const boost::system::error_code& error) {
    ++calls;
    last = error;
    free_on_entry = free_on_entry && !memory.busy();
  }
  HandlerMemory& handler_memory() noexcept { return memory; }

  HandlerMemory memory;
  int calls = 0;
  boost::system::error_code last;
  bool free_on_entry = true;
};
static_assert(sizeof(WaitOperation<Handler<&Waiter::on_event>>) <= HandlerMemory::capacity);

/// The context of a worker, and a socket with its peer. What a peer on a Unix socket does is known at once,
/// so that run_ready() is all that has to be waited for.
class WatchedSocketTest : public testing::Test {
 protected:
  WatchedSocketTest() { watch(unix_pair()); }

  static Pair unix_pair() {
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    return {.ours = FileDescriptor(ends[0]), .peer = FileDescriptor(ends[1])};
  }

  void watch(Pair pair) {
    peer_ = std::move(pair.peer);
    socket_.emplace(reactor_of(*context_));
    EXPECT_EQ(socket_->open(pair.ours), 0);
    EXPECT_FALSE(pair.ours) << "the socket belongs to its watch now";
  }

  /// Runs what is ready, and returns.
  void run_ready() {
    context_->restart();
    context_->poll();
  }
  void peer_sends(std::string_view text) { ASSERT_EQ(send(peer_.get(), bytes(text)).bytes, text.size()); }
  void read_until_it_would_block(int socket) {
    std::array<std::byte, 4096> buffer{};
    IoResult in = receive(socket, buffer);
    while (in.bytes > 0) in = receive(socket, buffer);
    ASSERT_TRUE(in.would_block());
  }
  void write_until_it_would_block(int socket) {
    const std::vector<std::byte> much(64 * 1024);
    IoResult out = send(socket, much);
    while (out.bytes > 0) out = send(socket, much);
    ASSERT_TRUE(out.would_block());
  }

  std::optional<boost::asio::io_context> context_{std::in_place, BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  FileDescriptor peer_;
  std::optional<WatchedSocket> socket_;
  Waiter waiter_;
};

TEST_F(WatchedSocketTest, BytesEndAWaitForThem) {
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 0) << "nothing has come yet";
  peer_sends("x");
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(waiter_.last);
}

TEST_F(WatchedSocketTest, BytesThatCameBeforeTheWaitEndItToo) {
  peer_sends("x");
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

TEST_F(WatchedSocketTest, WhatWasToldIsNotToldAgainUntilMoreComes) {
  peer_sends("x");
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1) << "the byte is still there, but no news";
  peer_sends("y");
  run_ready();
  EXPECT_EQ(waiter_.calls, 2);
}

TEST_F(WatchedSocketTest, EveryRoundOfReadingAllAndWaitingHearsOfWhatComesNext) {
  for (int round = 1; round <= 100; ++round) {
    read_until_it_would_block(socket_->get());
    waiter_.wait(*socket_, Event::readable);
    peer_sends("ping");
    run_ready();
    ASSERT_EQ(waiter_.calls, round);
  }
}

TEST_F(WatchedSocketTest, BytesBetweenTheLastReadAndTheWaitAreNotMissed) {
  waiter_.wait(*socket_, Event::readable);
  peer_sends("x");
  run_ready();
  read_until_it_would_block(socket_->get());
  peer_sends("y");
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 2);
}

TEST_F(WatchedSocketTest, TheEndOfTheStreamIsReadable) {
  waiter_.wait(*socket_, Event::readable);
  ASSERT_EQ(shutdown_send(peer_.get()), 0);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(waiter_.last);
}

TEST_F(WatchedSocketTest, AFullSocketIsWritableOnceItsPeerHasRead) {
  for (int round = 1; round <= 10; ++round) {
    write_until_it_would_block(socket_->get());
    waiter_.wait(*socket_, Event::writable);
    run_ready();
    ASSERT_EQ(waiter_.calls, round - 1) << "it is full";
    read_until_it_would_block(peer_.get());
    run_ready();
    ASSERT_EQ(waiter_.calls, round);
  }
}

TEST_F(WatchedSocketTest, ASocketWithRoomIsWritableAtOnceWhenThatIsFirstAsked) {
  waiter_.wait(*socket_, Event::writable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

TEST_F(WatchedSocketTest, BytesAndTheEndOfAStreamAreNoError) {
  waiter_.wait(*socket_, Event::error);
  peer_sends("x");
  ASSERT_EQ(shutdown_send(peer_.get()), 0);
  run_ready();
  EXPECT_EQ(waiter_.calls, 0);
  peer_.reset();
  run_ready();
  EXPECT_EQ(waiter_.calls, 1) << "a hang-up is";
}

TEST_F(WatchedSocketTest, AResetIsAnEventOfEveryKind) {
  watch(connected_pair("127.0.0.1:0"));
  write_until_it_would_block(socket_->get());
  std::array<Waiter, 3> waiters;
  waiters[0].wait(*socket_, Event::error);
  waiters[1].wait(*socket_, Event::writable);
  waiters[2].wait(*socket_, Event::readable);
  run_ready();
  reset_on_close(peer_.get());
  peer_.reset();
  ASSERT_TRUE(wait_for(socket_->get(), POLLIN));
  run_ready();
  for (const Waiter& waiter : waiters) EXPECT_EQ(waiter.calls, 1);
}

TEST_F(WatchedSocketTest, TwoEventsThatAreWaitedForAtOnceComeEachInTheirTime) {
  Waiter writer;
  write_until_it_would_block(socket_->get());
  waiter_.wait(*socket_, Event::readable);
  writer.wait(*socket_, Event::writable);
  run_ready();
  EXPECT_EQ(waiter_.calls + writer.calls, 0);
  peer_sends("x");
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_EQ(writer.calls, 0);
  read_until_it_would_block(peer_.get());
  run_ready();
  EXPECT_EQ(writer.calls, 1);
}

TEST_F(WatchedSocketTest, BothEventsOfOneMomentAreTold) {
  Waiter writer;
  write_until_it_would_block(socket_->get());
  waiter_.wait(*socket_, Event::readable);
  writer.wait(*socket_, Event::writable);
  peer_sends("x");
  read_until_it_would_block(peer_.get());
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_EQ(writer.calls, 1);
}

TEST_F(WatchedSocketTest, CancelEndsEveryWaitAndTheNextOneIsAsEver) {
  Waiter watcher;
  waiter_.wait(*socket_, Event::readable);
  watcher.wait(*socket_, Event::error);
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

TEST_F(WatchedSocketTest, CloseEndsEveryWaitAndThePeerSeesTheEnd) {
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

TEST_F(WatchedSocketTest, AWaitThatWasReadyWhenItsSocketClosedEndsOnce) {
  waiter_.wait(*socket_, Event::readable);
  peer_sends("x");
  socket_->close();
  run_ready();
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_EQ(waiter_.last, boost::asio::error::operation_aborted);
}

TEST_F(WatchedSocketTest, AClosedSocketMayBeClosedCancelledAndOpenedAgain) {
  socket_->close();
  socket_->close();
  socket_->cancel();
  Pair another = unix_pair();
  ASSERT_EQ(socket_->open(another.ours), 0);
  waiter_.wait(*socket_, Event::readable);
  ASSERT_EQ(send(another.peer.get(), bytes("x")).bytes, 1U);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

TEST_F(WatchedSocketTest, ReleaseGivesTheOpenSocketBackAndEndsItsWaits) {
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

TEST_F(WatchedSocketTest, AReleasedSocketIsNotWatchedAnyMoreAndCanBeAgain) {
  FileDescriptor released = socket_->release();
  WatchedSocket second(reactor_of(*context_));
  ASSERT_EQ(second.open(released), 0) << "EEXIST: the first watch lives";
  waiter_.wait(second, Event::readable);
  peer_sends("x");
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(waiter_.last);
}

TEST_F(WatchedSocketTest, AYieldComesAfterWhatIsReadyAlready) {
  std::vector<int> order;
  boost::asio::post(*context_, [&] { order.push_back(waiter_.calls); });
  waiter_.yield(*socket_);
  EXPECT_EQ(waiter_.calls, 0);
  run_ready();
  EXPECT_EQ(order, std::vector<int>{0}) << "the other one was first";
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(waiter_.last);
}

/// Yields `turns_left` times, whatever comes.
struct Yielder {
  void yield() { socket.async_yield(Handler<&Yielder::on_turn>(*this)); }
  void on_turn(const boost::system::error_code&) {
    if (other.calls == 0) ++turns_before_the_other;
    if (--turns_left > 0) yield();
  }
  HandlerMemory& handler_memory() noexcept { return memory; }

  WatchedSocket& socket;
  const Waiter& other;
  HandlerMemory memory{};
  int turns_left = 1000;
  int turns_before_the_other = 0;
};

TEST_F(WatchedSocketTest, WhoYieldsAllTheTimeDoesNotKeepOthersFromHearing) {
  Yielder busy{*socket_, waiter_};
  waiter_.wait(*socket_, Event::readable);
  busy.yield();
  peer_sends("x");
  run_ready();
  EXPECT_EQ(busy.turns_left, 0);
  EXPECT_LE(busy.turns_before_the_other, 2);
  EXPECT_EQ(busy.memory.fallbacks(), 0u);
}

TEST_F(WatchedSocketTest, AWaitLivesInItsHandlersMemoryAndIsGoneWhenTheHandlerRuns) {
  for (const Event event : {Event::readable, Event::writable}) {
    waiter_.wait(*socket_, event);
    EXPECT_TRUE(waiter_.memory.busy());
    peer_sends("x");
    run_ready();
    EXPECT_FALSE(waiter_.memory.busy());
  }
  waiter_.yield(*socket_);
  EXPECT_TRUE(waiter_.memory.busy());
  socket_->close();
  run_ready();
  EXPECT_EQ(waiter_.calls, 3);
  EXPECT_TRUE(waiter_.free_on_entry);
  EXPECT_EQ(waiter_.memory.fallbacks(), 0u);
}

TEST_F(WatchedSocketTest, AContextThatGoesWithWaitsOutstandingFreesThemAndCallsNobody) {
  Waiter writer;
  Waiter yielder;
  waiter_.wait(*socket_, Event::readable);
  write_until_it_would_block(socket_->get());
  writer.wait(*socket_, Event::writable);
  yielder.yield(*socket_);
  socket_.reset();
  EXPECT_TRUE(waiter_.memory.busy());
  context_.reset();
  for (const Waiter* waiter : {&waiter_, &writer, &yielder}) {
    EXPECT_FALSE(waiter->memory.busy());
    EXPECT_EQ(waiter->calls, 0);
  }
}

TEST_F(WatchedSocketTest, ASocketThatIsWatchedAlreadyIsRefusedAndStaysWithTheCaller) {
  FileDescriptor same(socket_->get());
  WatchedSocket second(reactor_of(*context_));
  EXPECT_EQ(second.open(same), EEXIST);
  EXPECT_FALSE(second.is_open());
  EXPECT_EQ(same.release(), socket_->get());
}

TEST_F(WatchedSocketTest, ADescriptorThatIsNotOpenIsRefused) {
  FileDescriptor none;
  WatchedSocket socket(reactor_of(*context_));
  EXPECT_EQ(socket.open(none), EBADF);
  EXPECT_FALSE(socket.is_open());
}

TEST_F(WatchedSocketTest, AnOpenThatFailedMayBeFollowedByOneThatDoesNot) {
  FileDescriptor none;
  WatchedSocket socket(reactor_of(*context_));
  ASSERT_EQ(socket.open(none), EBADF);
  Pair pair = unix_pair();
  ASSERT_EQ(socket.open(pair.ours), 0);
  waiter_.wait(socket, Event::readable);
  ASSERT_EQ(send(pair.peer.get(), bytes("x")).bytes, 1U);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

// epoll(7) does not watch what never blocks (EPERM), and Asio takes it all the same.
TEST_F(WatchedSocketTest, AWaitForAFileThatCannotBeWatchedEndsWithAnError) {
  FileDescriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  WatchedSocket socket(reactor_of(*context_));
  ASSERT_EQ(socket.open(file), 0);
  waiter_.wait(socket, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_EQ(waiter_.last, boost::asio::error::operation_not_supported);
}

}  // namespace
}  // namespace duplexd
