#include "tests/unit/net/waiting.hpp"

#include <gtest/gtest.h>

#include <array>

namespace duplexd {
namespace {

using namespace net_test;

TEST_F(WatchedSocketTest, EdgesThatNobodyAwaitsAreRemembered) {
  EXPECT_FALSE(socket_->told(Event::readable));
  peer_sends("x");
  run_ready();
  EXPECT_TRUE(socket_->told(Event::readable));
  EXPECT_FALSE(socket_->told(Event::writable));
  EXPECT_FALSE(socket_->told(Event::hang_up));
}

TEST_F(WatchedSocketTest, WaitsForgetWhatWasTold) {
  peer_sends("x");
  run_ready();
  waiter_.wait(*socket_, Event::readable);
  EXPECT_FALSE(socket_->told(Event::readable));
  run_ready();
  EXPECT_EQ(waiter_.calls, 0) << "that edge was told before";
}

TEST_F(WatchedSocketTest, EdgesTakenByWaitsAreForgotten) {
  waiter_.wait(*socket_, Event::readable);
  peer_sends("x");
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(socket_->told(Event::readable));
}

TEST_F(WatchedSocketTest, HangUpIsToldAndRemembered) {
  waiter_.wait(*socket_, Event::readable);
  EXPECT_FALSE(socket_->broken());
  peer_.reset();
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_FALSE(socket_->told(Event::readable)) << "the wait took it";
  EXPECT_TRUE(socket_->told(Event::writable));
  EXPECT_TRUE(socket_->told(Event::hang_up));
  EXPECT_TRUE(socket_->broken());
}

TEST_F(WatchedSocketTest, EndsOfStreamsBreakNothing) {
  ASSERT_EQ(shutdown_send(peer_.get()), 0);
  run_ready();
  EXPECT_TRUE(socket_->told(Event::readable));
  EXPECT_FALSE(socket_->broken());
}

TEST_F(WatchedSocketTest, OpeningForgetsWhatWasTold) {
  peer_sends("x");
  peer_.reset();
  run_ready();
  ASSERT_TRUE(socket_->broken());
  socket_->close();
  Pair another = unix_pair();
  ASSERT_EQ(socket_->open(another.ours, Kind::other), 0);
  run_ready();
  EXPECT_FALSE(socket_->told(Event::readable));
  EXPECT_FALSE(socket_->broken());
}

TEST_F(WatchedSocketTest, MutedEventsAreToldWhenAwaited) {
  socket_->mute();
  peer_sends("x");
  run_ready();
  EXPECT_FALSE(socket_->told(Event::readable)) << "it is muted";
  waiter_.wait(*socket_, Event::readable);
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

TEST_F(WatchedSocketTest, MutingKeepsWhatIsAwaited) {
  write_until_it_would_block(socket_->get());
  waiter_.wait(*socket_, Event::writable);
  socket_->mute();
  read_until_it_would_block(peer_.get());
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
}

TEST_F(WatchedSocketTest, MutedSocketsStillTellHangUps) {
  waiter_.wait(*socket_, Event::hang_up);
  socket_->mute();
  peer_.reset();
  run_ready();
  EXPECT_EQ(waiter_.calls, 1);
  EXPECT_TRUE(socket_->broken());
}

}  // namespace
}  // namespace duplexd
