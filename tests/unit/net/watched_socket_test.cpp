#include "tests/unit/net/waiting.hpp"

#include <gtest/gtest.h>

#include <array>

namespace duplexd {
namespace {

using namespace net_test;

TEST_F(WatchedSocketTest, BytesEndWaitsForThem) {
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 0) << "nothing has come yet";
  peer_sends("x");
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(waiter_.last);
}

TEST_F(WatchedSocketTest, EarlierBytesEndTheWaitToo) {
  peer_sends("x");
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

TEST_F(WatchedSocketTest, ReadinessIsToldOncePerEdge) {
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

TEST_F(WatchedSocketTest, EachRoundHearsNewBytes) {
  for (int round = 1; round <= 100; ++round) {
    read_until_it_would_block(socket_->get());
    waiter_.wait(*socket_, Event::readable);
    peer_sends("ping");
    run_ready();
    ASSERT_EQ(waiter_.calls, round);
  }
}

TEST_F(WatchedSocketTest, BytesBeforeNextWaitAreTold) {
  waiter_.wait(*socket_, Event::readable);
  peer_sends("x");
  run_ready();
  read_until_it_would_block(socket_->get());
  peer_sends("y");
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 2);
}

TEST_F(WatchedSocketTest, EndOfStreamIsReadable) {
  waiter_.wait(*socket_, Event::readable);
  ASSERT_EQ(shutdown_send(peer_.get()), 0);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(waiter_.last);
}

TEST_F(WatchedSocketTest, FullSocketsBecomeWritableOnceRead) {
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

TEST_F(WatchedSocketTest, RoomMakesSocketWritableAtOnce) {
  waiter_.wait(*socket_, Event::writable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

TEST_F(WatchedSocketTest, OnlyResetsAreHangUps) {
  waiter_.wait(*socket_, Event::hang_up);
  peer_sends("x");
  ASSERT_EQ(shutdown_send(peer_.get()), 0);
  run_ready();
  EXPECT_EQ(waiter_.calls, 0);
  peer_.reset();
  run_ready();
  EXPECT_EQ(waiter_.calls, 1) << "a hang-up is";
}

TEST_F(WatchedSocketTest, ResetsEndWaitsOfEveryKind) {
  watch(connected_pair("127.0.0.1:0"));
  write_until_it_would_block(socket_->get());
  std::array<Waiter, 3> waiters;
  waiters[0].wait(*socket_, Event::hang_up);
  waiters[1].wait(*socket_, Event::writable);
  waiters[2].wait(*socket_, Event::readable);
  run_ready();
  reset_on_close(peer_.get());
  peer_.reset();
  ASSERT_TRUE(wait_for(socket_->get(), POLLIN));
  run_ready();
  for (const Waiter& waiter : waiters) EXPECT_EQ(waiter.calls, 1);
}

TEST_F(WatchedSocketTest, DifferentEventsEndTheirOwnWaits) {
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

TEST_F(WatchedSocketTest, OneEventEndsAllItsWaits) {
  Waiter second;
  Waiter third;
  Waiter other;
  waiter_.wait(*socket_, Event::readable);
  other.wait(*socket_, Event::hang_up);
  second.wait(*socket_, Event::readable);
  peer_sends("x");
  run_ready();
  EXPECT_EQ(waiter_.calls + second.calls, 2);
  EXPECT_EQ(other.calls, 0);
  third.wait(*socket_, Event::readable);
  peer_sends("y");
  run_ready();
  EXPECT_EQ(third.calls, 1);
  EXPECT_EQ(waiter_.calls + second.calls, 2) << "their waits are over";
  socket_->close();
  run_ready();
  EXPECT_EQ(other.calls, 1);
}

TEST_F(WatchedSocketTest, SimultaneousEventsAreBothTold) {
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

TEST_F(WatchedSocketTest, YieldsCompleteInTheNextTurn) {
  waiter_.yield(*loop_);
  EXPECT_EQ(waiter_.calls, 0) << "not from within async_yield()";
  EXPECT_EQ(loop_->poll(), 1u);
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(waiter_.last);
}

/// Yields `turns_left` times, whatever comes.
struct Yielder {
  void yield() { loop.async_yield(Handler<&Yielder::on_turn>(*this)); }
  void on_turn(const boost::system::error_code&) {
    if (other.calls == 0) ++turns_before_the_other;
    if (--turns_left > 0) yield();
  }
  HandlerMemory& handler_memory() noexcept { return memory; }

  Loop& loop;
  const Waiter& other;
  HandlerMemory memory{};
  int turns_left = 1000;
  int turns_before_the_other = 0;
};

TEST_F(WatchedSocketTest, ConstantYieldsDoNotStarveOthers) {
  Yielder busy{*loop_, waiter_};
  waiter_.wait(*socket_, Event::readable);
  busy.yield();
  peer_sends("x");
  run_ready();
  EXPECT_EQ(busy.turns_left, 0);
  EXPECT_LE(busy.turns_before_the_other, 2);
  EXPECT_EQ(busy.memory.fallbacks(), 0u);
}

TEST_F(WatchedSocketTest, MemoryIsFreeBeforeHandlersRun) {
  for (const Event event : {Event::readable, Event::writable}) {
    waiter_.wait(*socket_, event);
    EXPECT_TRUE(waiter_.memory.busy());
    peer_sends("x");
    run_ready();
    EXPECT_FALSE(waiter_.memory.busy());
  }
  waiter_.yield(*loop_);
  EXPECT_TRUE(waiter_.memory.busy());
  socket_->close();
  run_ready();
  EXPECT_EQ(waiter_.calls, 3);
  EXPECT_TRUE(waiter_.free_on_entry);
  EXPECT_EQ(waiter_.memory.fallbacks(), 0u);
}

}  // namespace
}  // namespace duplexd
