#include "core/session/half_closed.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

class HalfClosedTest : public testing::Test {
 protected:
  std::chrono::microseconds oldest(Tick now) {
    sessions_.on_tick(now);
    return std::chrono::microseconds(counters_.half_closed_oldest.value());
  }
  std::uint64_t live() const { return counters_.half_closed.value() - counters_.half_closed_over.value(); }

  ListenerCounters counters_;
  HalfClosed sessions_{counters_};
  HalfClosed::Entry first_;
  HalfClosed::Entry second_;
  HalfClosed::Entry third_;
};

TEST_F(HalfClosedTest, OldestThatIsLeftCounts) {
  EXPECT_EQ(oldest(5), 0ms);
  sessions_.enter(first_, 10);
  sessions_.enter(second_, 20);
  sessions_.enter(third_, 20);
  EXPECT_EQ(live(), 3u);
  EXPECT_EQ(oldest(30), 2s);
  sessions_.leave(second_);
  EXPECT_EQ(oldest(30), 2s);
  sessions_.leave(first_);
  EXPECT_EQ(oldest(31), 1100ms);
  sessions_.leave(third_);
  EXPECT_EQ(oldest(32), 0ms);
  EXPECT_EQ(live(), 0u);
}

TEST_F(HalfClosedTest, MovedSessionsComeInAnyOrder) {
  sessions_.enter(first_, 30);
  sessions_.enter(second_, 10);
  sessions_.enter(third_, 20);
  EXPECT_EQ(second_.since(), 10u);
  EXPECT_EQ(oldest(40), 3s);
  sessions_.leave(second_);
  EXPECT_EQ(oldest(40), 2s);
  sessions_.leave(third_);
  EXPECT_EQ(oldest(40), 1s);
  sessions_.leave(first_);
}

TEST_F(HalfClosedTest, SessionsEnterAndLeaveOnce) {
  sessions_.enter(first_, 10);
  sessions_.enter(first_, 20);
  EXPECT_EQ(first_.since(), 10u);
  EXPECT_EQ(live(), 1u);
  sessions_.leave(first_);
  sessions_.leave(first_);
  sessions_.leave(second_);
  EXPECT_EQ(live(), 0u);
}

}  // namespace
}  // namespace duplexd
