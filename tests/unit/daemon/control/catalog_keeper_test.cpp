#include "daemon/catalog_keeper.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

class CatalogKeeperTest : public testing::Test {
 protected:
  /// How often it has kept something when nothing waits any more.
  int kept() {
    control_.restart();
    control_.run();
    return kept_;
  }

  boost::asio::io_context control_;
  int kept_ = 0;
  CatalogKeeper keeper_{control_, [this] { ++kept_; }, 1ms};
};

TEST_F(CatalogKeeperTest, ChangesAreKeptTogether) {
  keeper_.start();
  EXPECT_EQ(kept(), 0);
  keeper_.soon();
  keeper_.soon();
  EXPECT_EQ(kept(), 1);
  keeper_.soon();
  EXPECT_EQ(kept(), 2);
}

TEST_F(CatalogKeeperTest, NothingIsKeptBeforeTheStart) {
  keeper_.soon();
  EXPECT_EQ(kept(), 0);
  keeper_.start();
  EXPECT_EQ(kept(), 1);
}

TEST_F(CatalogKeeperTest, NothingIsKeptOnceStopped) {
  keeper_.start();
  keeper_.soon();
  keeper_.stop();
  keeper_.soon();
  EXPECT_EQ(kept(), 0);
}

TEST_F(CatalogKeeperTest, FailedUpgradeKeepsWhatCameMeanwhile) {
  keeper_.start();
  keeper_.soon();
  keeper_.stop();
  EXPECT_EQ(kept(), 0);
  keeper_.start();
  EXPECT_EQ(kept(), 1);
}

TEST_F(CatalogKeeperTest, ShortStopIsNoSecondWait) {
  keeper_.start();
  keeper_.soon();
  keeper_.stop();
  keeper_.start();
  EXPECT_EQ(kept(), 1);
}

}  // namespace
}  // namespace duplexd
