#include "daemon/systemd/watchdog.hpp"

#include "tests/unit/daemon/log/datagram_receiver.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// Two workers, whose counts the test moves. One run_one() is one check.
class WatchdogTest : public testing::Test {
 protected:
  void check(std::uint64_t first, std::uint64_t second) {
    counts_ = {first, second};
    EXPECT_EQ(control_.run_one(), 1u);
  }
  bool sent() const { return receiver_.receive(0ms) == "WATCHDOG=1"; }

  DatagramReceiver receiver_;
  boost::asio::io_context control_;
  ServiceManager manager_{control_, receiver_.name()};
  std::vector<std::uint64_t> counts_{0, 0};
  std::vector<unsigned> stuck_;
  std::optional<Watchdog> watchdog_{std::in_place,
                                    control_,
                                    manager_,
                                    4ms,
                                    [this] { return counts_; },
                                    [this](unsigned worker) { stuck_.push_back(worker); }};
};

TEST_F(WatchdogTest, BeatsWhileEveryWorkerProgresses) {
  EXPECT_FALSE(sent());
  check(1, 10);
  EXPECT_TRUE(sent());
  check(2, 20);
  EXPECT_TRUE(sent());
  EXPECT_THAT(stuck_, IsEmpty());
}

TEST_F(WatchdogTest, StuckWorkerStopsTheBeats) {
  check(1, 0);
  check(2, 0);
  check(3, 0);
  EXPECT_FALSE(sent());
  EXPECT_THAT(stuck_, ElementsAre(1));
}

TEST_F(WatchdogTest, BeatsResumeWhenWorkerProgresses) {
  check(1, 0);
  check(2, 1);
  EXPECT_TRUE(sent());
  EXPECT_FALSE(sent());
  check(2, 1);
  EXPECT_FALSE(sent());
  EXPECT_THAT(stuck_, ElementsAre(1, 0, 1));
}

TEST_F(WatchdogTest, EndedWorkerNeedNotProgress) {
  check(1, Watchdog::ended);
  check(2, Watchdog::ended);
  EXPECT_TRUE(sent());
  EXPECT_TRUE(sent());
  EXPECT_THAT(stuck_, IsEmpty());
}

TEST_F(WatchdogTest, WatchdogChecksFourTimesPerInterval) {
  watchdog_.emplace(
      control_, manager_, 200ms, [this] { return counts_; }, [](unsigned) {});
  EXPECT_EQ(control_.run_one(), 1u);  // the wait of the old one, which does nothing
  EXPECT_THAT(stuck_, IsEmpty());
  const auto begin = std::chrono::steady_clock::now();
  check(1, 1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 45ms);
  EXPECT_TRUE(sent());
}

TEST_F(WatchdogTest, DestroyedWatchdogStopsChecking) {
  watchdog_.reset();
  control_.run();
  EXPECT_FALSE(sent());
}

}  // namespace
}  // namespace duplexd
