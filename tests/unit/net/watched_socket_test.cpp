#include "tests/unit/net/waiting.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace duplexd {
namespace {

using namespace net_test;

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
  waiter_.wait(*socket_, Event::hang_up);
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

}  // namespace
}  // namespace duplexd
