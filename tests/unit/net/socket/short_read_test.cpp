#include "tests/unit/net/waiting.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <cstddef>

namespace duplexd {
namespace {

using namespace net_test;

/// A socket that is waited for while its peer acts, so that bytes left by a short read come later.
class ShortRead : public WatchedSocketTest {
 protected:
  ShortRead() { watch(connected_pair("127.0.0.1:0"), Kind::tcp); }

  template <class Deed>
  void hear_of(Deed deed) {
    const int calls = waiter_.calls;
    waiter_.wait(*socket_, Event::readable);
    deed();
    ASSERT_TRUE(wait_for(socket_->get(), POLLIN));
    run_ready();
    ASSERT_EQ(waiter_.calls, calls + 1);
  }
  /// The peer ends its stream while no wait is outstanding.
  void end_unheard() {
    waiter_.wait(*socket_, Event::hang_up);
    ASSERT_EQ(shutdown_send(peer_.get()), 0);
    ASSERT_TRUE(wait_for(socket_->get(), POLLRDHUP));
    run_ready();
    ASSERT_EQ(waiter_.calls, 0);
    ASSERT_FALSE(socket_->drained_by_short_read());
    socket_->cancel();
    run_ready();
  }
  std::size_t read() {
    std::array<std::byte, 4096> buffer{};
    return receive(socket_->get(), buffer).bytes;
  }
};

TEST_F(ShortRead, ShortReadOfBytesDrainsSocket) {
  for (int round = 0; round < 100; ++round) {
    hear_of([&] { peer_sends("ping"); });
    EXPECT_EQ(read(), 4u);
    ASSERT_TRUE(socket_->drained_by_short_read());
  }
}

TEST_F(ShortRead, ShortReadMayHideTheEnd) {
  hear_of([&] {
    peer_sends("last");
    ASSERT_EQ(shutdown_send(peer_.get()), 0);
    ASSERT_TRUE(wait_for(socket_->get(), POLLRDHUP));
  });
  EXPECT_EQ(read(), 4u);
  EXPECT_FALSE(socket_->drained_by_short_read());
}

TEST_F(ShortRead, ShortReadMayHideAReset) {
  hear_of([&] {
    peer_sends("last");
    reset_on_close(peer_.get());
    peer_.reset();
    ASSERT_TRUE(wait_for(socket_->get(), POLLRDHUP));
  });
  EXPECT_EQ(read(), 4u);
  EXPECT_FALSE(socket_->drained_by_short_read());
}

TEST_F(ShortRead, ShortReadStopsAtUrgentData) {
  hear_of([&] {
    peer_sends("before");
    ASSERT_EQ(::send(peer_.get(), "!", 1, MSG_OOB), 1);
    peer_sends("behind");
    ASSERT_TRUE(wait_for(socket_->get(), POLLPRI));
  });
  EXPECT_EQ(read(), 6u);
  EXPECT_FALSE(socket_->drained_by_short_read());
  EXPECT_EQ(read(), 6u);
}

TEST_F(ShortRead, ShortReadMayHideUnheardEnd) { end_unheard(); }

TEST_F(ShortRead, ShortReadProvesNothingWithoutTcp) {
  watch(unix_pair());
  EXPECT_FALSE(socket_->drained_by_short_read());
}

TEST_F(ShortRead, ReopenedSocketIsJudgedAfresh) {
  end_unheard();
  socket_->close();
  Pair another = connected_pair("127.0.0.1:0");
  ASSERT_EQ(socket_->open(another.ours, Kind::tcp), 0);
  EXPECT_TRUE(socket_->drained_by_short_read());
}

}  // namespace
}  // namespace duplexd
