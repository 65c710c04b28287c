#include "core/listener/sources/source_slots.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>

namespace duplexd {
namespace {

constexpr SourceSlots::Word one_source = SourceSlots::count_mask + 1;
constexpr std::size_t many = 10'000;

SourceSlots::Word word_numbered(std::size_t n) { return one_source * (n + 1) | 1; }

TEST(SourceSlotsTest, HeldSlotsStayWhereTheyAre) {
  SourceSlots slots(1);
  const auto held = slots.find(one_source, 7);
  slots[held] = one_source | 3;
  slots.grow(many);
  EXPECT_EQ(slots.find(one_source, 7), held);
  EXPECT_EQ(slots[held], one_source | 3);
}

TEST(SourceSlotsTest, ReleasedSlotsAreFoundNoMore) {
  SourceSlots slots(1);
  const auto held = slots.find(one_source, 7);
  slots[held] = one_source | 1;
  slots.grow(many);
  slots[held] = 0;
  EXPECT_NE(slots.find(one_source, 7), held) << "it goes into the part that has room for all";
}

TEST(SourceSlotsTest, AllPartsHaveTheirOwnSlots) {
  SourceSlots slots(1);
  std::set<SourceSlots::Index> seen;
  std::size_t n = 0;
  for (std::size_t sources = 1; sources <= SourceSlots::most_sources; sources *= 2) {
    slots.grow(sources);
    const auto slot = slots.find(word_numbered(n) & ~SourceSlots::count_mask, 0);
    slots[slot] = word_numbered(n);
    seen.insert(slot);
    ++n;
  }
  EXPECT_EQ(seen.size(), n);
  for (std::size_t i = 0; i < n; ++i)
    EXPECT_TRUE(seen.contains(slots.find(word_numbered(i) & ~SourceSlots::count_mask, 0))) << i;
}

TEST(SourceSlotsTest, GrownOnesHaveRoomForAll) {
  SourceSlots slots(1);
  slots.grow(64);
  for (std::size_t n = 0; n < 64; ++n) {
    const auto slot = slots.find(word_numbered(n) & ~SourceSlots::count_mask, n);
    ASSERT_NE(slot, SourceSlots::none) << n;
    slots[slot] = word_numbered(n);
  }
}

}  // namespace
}  // namespace duplexd
