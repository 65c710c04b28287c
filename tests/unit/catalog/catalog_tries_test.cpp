#include "core/catalog/catalog_tries.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

using Time = CatalogTries::Time;

constexpr Time at_once{0};

TEST(CatalogTriesTest, NextServerComesAtOnce) {
  CatalogTries tries(3, 1);
  EXPECT_EQ(tries.server(), 0U);
  EXPECT_EQ(tries.after_failure(at_once), CatalogTries::soonest);
  EXPECT_EQ(tries.server(), 1U);
  EXPECT_EQ(tries.after_failure(at_once), CatalogTries::soonest);
  EXPECT_EQ(tries.server(), 2U);
  EXPECT_FALSE(tries.all_failed());
  EXPECT_GT(tries.after_failure(at_once), CatalogTries::soonest);
  EXPECT_EQ(tries.server(), 0U);
  EXPECT_TRUE(tries.all_failed());
}

TEST(CatalogTriesTest, PausesDoubleUpToTheLongest) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CatalogTries tries(1, seed);
    for (Time whole = CatalogTries::first; whole < CatalogTries::longest; whole *= 2) {
      const Time pause = tries.after_failure(at_once);
      EXPECT_GE(pause, whole / 2);
      EXPECT_LE(pause, whole);
    }
    for (int i = 0; i < 1'000; ++i) {
      const Time pause = tries.after_failure(at_once);
      EXPECT_GE(pause, CatalogTries::longest / 2);
      EXPECT_LE(pause, CatalogTries::longest);
    }
  }
}

TEST(CatalogTriesTest, PausesDifferFromProxyToProxy) {
  CatalogTries one(1, 1), other(1, 2);
  EXPECT_NE(one.after_failure(at_once), other.after_failure(at_once));
}

TEST(CatalogTriesTest, SuccessKeepsTheServer) {
  CatalogTries tries(2, 1);
  (void)tries.after_failure(at_once);
  EXPECT_EQ(tries.after_success(), CatalogTries::soonest);
  EXPECT_EQ(tries.server(), 1U);
  EXPECT_FALSE(tries.all_failed());
}

TEST(CatalogTriesTest, SoonFailingServerIsNoSuccess) {
  CatalogTries tries(1, 1);
  for (int i = 0; i < 20; ++i) (void)tries.after_failure(CatalogTries::calm - Time(1));
  EXPECT_GE(tries.after_failure(CatalogTries::calm - Time(1)), CatalogTries::longest / 2);
  EXPECT_LE(tries.after_failure(CatalogTries::calm), CatalogTries::first);
}

}  // namespace
}  // namespace duplexd::test
