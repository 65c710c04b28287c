#include "core/reload/housekeeping.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <new>
#include <optional>

namespace duplexd::test {
namespace {

class HousekeepingTest : public testing::Test {
 protected:
  bool worked(int times) {
    return eventually([&] {
      control_.poll();
      return times_ >= times;
    });
  }

  boost::asio::io_context control_;
  int times_ = 0;
};

TEST_F(HousekeepingTest, WorkIsDoneEachSecond) {
  Housekeeping housekeeping(control_, [this] { ++times_; });
  control_.poll();
  EXPECT_EQ(times_, 0);
  EXPECT_TRUE(worked(2));
}

TEST_F(HousekeepingTest, AskedWorkIsDoneSoon) {
  Housekeeping housekeeping(control_, [this] { ++times_; });
  housekeeping.ask();
  housekeeping.ask();
  control_.poll();
  EXPECT_EQ(times_, 1);
}

TEST_F(HousekeepingTest, WorkWithoutMemoryIsTriedAgain) {
  Housekeeping housekeeping(control_, [this] {
    if (++times_ == 1) throw std::bad_alloc();
  });
  housekeeping.ask();
  EXPECT_TRUE(worked(2));
}

TEST_F(HousekeepingTest, NothingIsDoneAfterItWent) {
  std::optional<Housekeeping> housekeeping;
  housekeeping.emplace(control_, [&] {
    ++times_;
    housekeeping.reset();
  });
  housekeeping->ask();
  control_.run();
  EXPECT_EQ(times_, 1);
}

}  // namespace
}  // namespace duplexd::test
