#include "core/session/relay/bulk.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

void take(Bulk& bulk, std::size_t bytes, int times = 1) {
  for (int i = 0; i < times; ++i) bulk.on_taken(bytes);
}

Bulk detected() {
  Bulk bulk;
  take(bulk, Bulk::large, Bulk::in_a_row);
  return bulk;
}

TEST(BulkTest, DirectionBeginsUndetected) { EXPECT_FALSE(Bulk().detected()); }

TEST(BulkTest, SuccessiveLargeTakesAreBulk) {
  Bulk bulk;
  take(bulk, Bulk::large, Bulk::in_a_row - 1);
  EXPECT_FALSE(bulk.detected());
  take(bulk, Bulk::large);
  EXPECT_TRUE(bulk.detected());
}

TEST(BulkTest, SmallerTakeBeginsTheRowAgain) {
  Bulk bulk;
  take(bulk, Bulk::large, Bulk::in_a_row - 1);
  take(bulk, Bulk::large - 1);
  take(bulk, Bulk::large, Bulk::in_a_row - 1);
  EXPECT_FALSE(bulk.detected());
  take(bulk, Bulk::large);
  EXPECT_TRUE(bulk.detected());
}

TEST(BulkTest, SmallMessagesAreNeverBulk) {
  Bulk bulk;
  take(bulk, 64, 100'000);
  EXPECT_FALSE(bulk.detected());
}

TEST(BulkTest, SuccessiveSmallTakesEndBulk) {
  Bulk bulk = detected();
  take(bulk, Bulk::small - 1, Bulk::in_a_row - 1);
  EXPECT_TRUE(bulk.detected());
  take(bulk, Bulk::small - 1);
  EXPECT_FALSE(bulk.detected());
}

TEST(BulkTest, OccasionalSmallTakesKeepBulk) {
  Bulk bulk = detected();
  for (int i = 0; i < 100; ++i) {
    take(bulk, 1, Bulk::in_a_row - 1);
    take(bulk, Bulk::small);
  }
  EXPECT_TRUE(bulk.detected());
}

TEST(BulkTest, MediumTakesChangeNothing) {
  Bulk without;
  Bulk with = detected();
  take(without, Bulk::small, 1000);
  take(with, Bulk::small, 1000);
  EXPECT_FALSE(without.detected());
  EXPECT_TRUE(with.detected());
}

TEST(BulkTest, EndedBulkNeedsAWholeRow) {
  Bulk bulk = detected();
  take(bulk, 1, Bulk::in_a_row);
  take(bulk, Bulk::large, Bulk::in_a_row - 1);
  EXPECT_FALSE(bulk.detected());
  take(bulk, Bulk::large);
  EXPECT_TRUE(bulk.detected());
}

TEST(BulkTest, RefusedBulkNeedsAWholeRow) {
  Bulk bulk = detected();
  bulk.refuse();
  EXPECT_FALSE(bulk.detected());
  take(bulk, Bulk::large, Bulk::in_a_row - 1);
  EXPECT_FALSE(bulk.detected());
  take(bulk, Bulk::large);
  EXPECT_TRUE(bulk.detected());
}

}  // namespace
}  // namespace duplexd
