#include "core/memory/object_pool.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace duplexd {
namespace {

/// Counts itself. Larger than a pointer, and aligned more than malloc does it.
struct alignas(64) Counted {
  Counted(int number_given, int& counter_given) noexcept : number(number_given), counter(counter_given) {
    ++counter;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --counter; }

  const int number;
  int& counter;
};

TEST(ObjectPoolTest, ObjectsAreConstructedAndDestroyed) {
  int alive = 0;
  ObjectPool<Counted> pool;
  Counted* const object = pool.create(7, alive);
  ASSERT_NE(object, nullptr);
  EXPECT_EQ(object->number, 7);
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(pool.live(), 1u);
  pool.destroy(object);
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(pool.live(), 0u);
}

TEST(ObjectPoolTest, LastFreedSlotIsUsedFirst) {
  int alive = 0;
  ObjectPool<Counted, 4> pool;
  Counted* const first = pool.create(1, alive);
  Counted* const second = pool.create(2, alive);
  pool.destroy(first);
  pool.destroy(second);
  Counted* const third = pool.create(3, alive);
  EXPECT_EQ(third, second);
  pool.destroy(third);
}

TEST(ObjectPoolTest, ObjectsStayWhileThePoolGrows) {
  int alive = 0;
  ObjectPool<Counted, 4> pool;
  std::vector<Counted*> objects;
  for (int i = 0; i < 41; ++i) objects.push_back(pool.create(i, alive));
  EXPECT_EQ(std::set<Counted*>(objects.begin(), objects.end()).size(), 41u);
  for (int i = 0; i < 41; ++i) {
    EXPECT_EQ(objects[static_cast<std::size_t>(i)]->number, i);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(objects[static_cast<std::size_t>(i)]) % alignof(Counted), 0u);
  }
  for (Counted* const object : objects) pool.destroy(object);
  EXPECT_EQ(alive, 0);
}

TEST(ObjectPoolTest, RepeatedLoadsReuseTheirSlots) {
  int alive = 0;
  ObjectPool<Counted, 8> pool;
  const auto carry = [&] {
    std::set<Counted*> objects;
    for (int i = 0; i < 100; ++i) objects.insert(pool.create(i, alive));
    for (Counted* const object : objects) pool.destroy(object);
    return objects;
  };
  const std::set<Counted*> first = carry();
  // 13 slabs have 104 slots: some of them were not used before.
  std::set<Counted*> both = carry();
  both.insert(first.begin(), first.end());
  EXPECT_LE(both.size(), 104u);
}

TEST(ObjectPoolTest, AnyOrderOfDestructionWorks) {
  int alive = 0;
  ObjectPool<Counted, 4> pool;
  std::vector<Counted*> objects;
  std::minstd_rand random(1);
  for (int i = 0; i < 10'000; ++i) {
    if (objects.empty() || random() % 2 == 0) {
      objects.push_back(pool.create(i, alive));
    } else {
      std::swap(objects[random() % objects.size()], objects.back());
      pool.destroy(objects.back());
      objects.pop_back();
    }
    ASSERT_EQ(pool.live(), objects.size());
    ASSERT_EQ(alive, static_cast<int>(objects.size()));
  }
  for (Counted* const object : objects) pool.destroy(object);
}

/// The numbers that a walk visits; `visit` is called for each object.
std::vector<int> walk(ObjectPool<Counted, 4>& pool, auto visit) {
  std::vector<int> numbers;
  const auto note = [&](Counted& object) {
    numbers.push_back(object.number);
    visit(object);
  };
  for (std::size_t slab = 0; pool.visit_slab(slab, note);) ++slab;
  return numbers;
}

class ObjectPoolWalkTest : public testing::Test {
 protected:
  ObjectPoolWalkTest() {
    for (int i = 0; i < 10; ++i) objects.push_back(pool.create(i, alive));
  }
  ~ObjectPoolWalkTest() override {
    walk(pool, [&](Counted& object) { pool.destroy(&object); });
  }

  int alive = 0;
  ObjectPool<Counted, 4> pool;
  std::vector<Counted*> objects;
};

TEST_F(ObjectPoolWalkTest, EachLiveObjectIsVisitedOnce) {
  pool.destroy(objects[0]);
  pool.destroy(objects[5]);
  EXPECT_EQ(walk(pool, [](Counted&) {}), (std::vector{1, 2, 3, 4, 6, 7, 8, 9}));
}

TEST_F(ObjectPoolWalkTest, VisitsMayDestroyTheirObject) {
  EXPECT_EQ(walk(pool, [&](Counted& object) { pool.destroy(&object); }).size(), 10u);
  EXPECT_EQ(alive, 0);
}

TEST_F(ObjectPoolWalkTest, ObjectsDestroyedMeanwhileAreNotVisited) {
  const auto destroy_next = [&](Counted& object) {
    if (object.number % 2 == 0) pool.destroy(objects[static_cast<std::size_t>(object.number) + 1]);
  };
  EXPECT_EQ(walk(pool, destroy_next), (std::vector{0, 2, 4, 6, 8}));
}

TEST_F(ObjectPoolWalkTest, WalksSurviveGrowthBetweenSteps) {
  std::multiset<int> visited;
  const auto note = [&](Counted& object) { visited.insert(object.number); };
  for (std::size_t slab = 0; pool.visit_slab(slab, note);) {
    ++slab;
    if (slab < 5) {
      for (int i = 0; i < 4; ++i) pool.create(100, alive);
    }
  }
  for (int number = 0; number < 10; ++number) EXPECT_EQ(visited.count(number), 1u) << number;
}

TEST_F(ObjectPoolWalkTest, SlotsAreVisitedPartByPart) {
  pool.destroy(objects[3]);
  std::vector<int> visited;
  std::optional<std::size_t> next = 0;
  int parts = 0;
  while (next) {
    ++parts;
    next = pool.visit_slots(*next, 3, [&](Counted& object) {
      visited.push_back(object.number);
      return true;
    });
  }
  EXPECT_EQ(visited, (std::vector{0, 1, 2, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(parts, 4);  // of twelve slots
}

TEST_F(ObjectPoolWalkTest, VisitsEndThePart) {
  std::vector<int> visited;
  const auto next = pool.visit_slots(1, 100, [&](Counted& object) {
    visited.push_back(object.number);
    return object.number < 4;
  });
  EXPECT_EQ(visited, (std::vector{1, 2, 3, 4}));
  EXPECT_EQ(next, 5u);
}

TEST_F(ObjectPoolWalkTest, SlotsBehindTheLastAreNone) {
  const auto never = [](Counted&) {
    ADD_FAILURE();
    return true;
  };
  EXPECT_EQ(pool.visit_slots(12, 1, never), std::nullopt);
  EXPECT_EQ(pool.visit_slots(std::size_t(-1), 64, never), std::nullopt);
}

TEST(ObjectPoolTest, EmptyPoolsHaveNothingToVisit) {
  ObjectPool<Counted, 4> pool;
  EXPECT_FALSE(pool.visit_slab(0, [](Counted&) { ADD_FAILURE(); }));
}

}  // namespace
}  // namespace duplexd
