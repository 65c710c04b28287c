#include "core/session/deadline_wheel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace duplexd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Numbered : Deadline<Numbered> {
  explicit Numbered(int number_given) : number(number_given) {}
  const int number;
};

using Wheel = DeadlineWheel<Numbered>;

std::vector<int> tick(Wheel& wheel) {
  std::vector<int> due;
  wheel.tick();
  while (const Numbered* const deadline = wheel.take_due()) due.push_back(deadline->number);
  return due;
}

/// The tick at which the next deadline falls due, if one does within so many.
std::optional<Tick> next_due(Wheel& wheel, Tick within) {
  for (Tick i = 0; i < within; ++i) {
    if (!tick(wheel).empty()) return wheel.now();
  }
  return std::nullopt;
}

class DeadlineWheelTest : public testing::Test {
 protected:
  Wheel wheel;
  Numbered one{1};
  Numbered two{2};
  Numbered three{3};
};

TEST_F(DeadlineWheelTest, DeadlinesFallDueExactlyOnce) {
  wheel.schedule(one, 3);
  EXPECT_EQ(next_due(wheel, 2000), 3u);
  EXPECT_EQ(next_due(wheel, 2000), std::nullopt);
}

TEST_F(DeadlineWheelTest, SameTickKeepsSchedulingOrder) {
  wheel.schedule(two, 1);
  wheel.schedule(one, 1);
  wheel.schedule(three, 2);
  EXPECT_THAT(tick(wheel), ElementsAre(2, 1));
  EXPECT_THAT(tick(wheel), ElementsAre(3));
}

TEST_F(DeadlineWheelTest, PastDeadlinesFallDueNextTick) {
  for (int i = 0; i < 10; ++i) tick(wheel);
  wheel.schedule(one, 10);
  wheel.schedule(two, 0);
  EXPECT_THAT(tick(wheel), ElementsAre(1, 2));
}

TEST_F(DeadlineWheelTest, NeverDoesNotFallDue) {
  wheel.schedule(one, never);
  EXPECT_EQ(next_due(wheel, 5000), std::nullopt);
  wheel.schedule(one, wheel.now() + 1);
  EXPECT_THAT(tick(wheel), ElementsAre(1));
}

TEST_F(DeadlineWheelTest, ReschedulingForgetsTheFirstTick) {
  wheel.schedule(one, 2);
  wheel.schedule(one, 600);
  wheel.schedule(two, 600);
  wheel.schedule(two, 2);
  EXPECT_EQ(next_due(wheel, 2000), 2u);
  EXPECT_EQ(next_due(wheel, 2000), 600u);
  EXPECT_EQ(next_due(wheel, 2000), std::nullopt);
}

TEST_F(DeadlineWheelTest, CancelledDeadlinesDoNotFallDue) {
  wheel.schedule(one, 1);
  wheel.schedule(two, 1);
  wheel.cancel(one);
  wheel.cancel(one);
  wheel.cancel(three);
  EXPECT_THAT(tick(wheel), ElementsAre(2));
}

TEST_F(DeadlineWheelTest, FarDeadlinesWaitForTheirRevolution) {
  wheel.schedule(one, 5 * 512 + 7);
  wheel.schedule(two, 7);
  wheel.schedule(three, 512 + 7);
  EXPECT_EQ(next_due(wheel, 2000), 7u);
  EXPECT_EQ(next_due(wheel, 2000), 512u + 7);
  EXPECT_EQ(next_due(wheel, 3000), 5u * 512 + 7);
}

TEST_F(DeadlineWheelTest, OverdueDeadlinesCanBeCancelled) {
  wheel.schedule(one, 1);
  wheel.schedule(two, 1);
  wheel.schedule(three, 1);
  wheel.tick();
  EXPECT_EQ(wheel.take_due(), &one);
  wheel.cancel(two);
  EXPECT_EQ(wheel.take_due(), &three);
  EXPECT_EQ(wheel.take_due(), nullptr);
}

TEST_F(DeadlineWheelTest, OverdueDeadlinesCanBeRescheduled) {
  wheel.schedule(one, 1);
  wheel.schedule(two, 1);
  wheel.tick();
  EXPECT_EQ(wheel.take_due(), &one);
  wheel.schedule(one, 1);  // past already: the next tick
  wheel.schedule(two, 2);
  wheel.schedule(three, wheel.now() + 512);  // the slot that fell due just now
  EXPECT_EQ(wheel.take_due(), nullptr);
  EXPECT_THAT(tick(wheel), ElementsAre(1, 2));
  EXPECT_EQ(next_due(wheel, 2000), 513u);
}

TEST_F(DeadlineWheelTest, UntakenDeadlinesStayOverdueInOrder) {
  wheel.schedule(one, 1);
  wheel.schedule(two, 1);
  wheel.schedule(three, 2);
  wheel.tick();
  EXPECT_EQ(wheel.take_due(), &one);
  wheel.tick();
  EXPECT_EQ(wheel.take_due(), &two);
  EXPECT_EQ(wheel.take_due(), &three);
  EXPECT_EQ(wheel.take_due(), nullptr);
}

TEST_F(DeadlineWheelTest, TakenDeadlinesMayBeDestroyed) {
  auto mortal = std::make_unique<Numbered>(9);
  wheel.schedule(one, 1);
  wheel.schedule(*mortal, 1);
  wheel.schedule(two, 1);
  wheel.tick();
  EXPECT_EQ(wheel.take_due(), &one);
  EXPECT_EQ(wheel.take_due(), mortal.get());
  mortal.reset();
  EXPECT_EQ(wheel.take_due(), &two);
  EXPECT_THAT(tick(wheel), IsEmpty());
}

TEST(DeadlineWheelModelTest, AnySequenceAgreesWithSortedMap) {
  Wheel wheel;
  std::deque<Numbered> deadlines;
  for (int i = 0; i < 100; ++i) deadlines.emplace_back(i);
  std::multimap<Tick, int> model;
  const auto forget = [&](int number) { std::erase_if(model, [&](auto& e) { return e.second == number; }); };
  std::minstd_rand random(1);
  for (int step = 0; step < 50'000; ++step) {
    const int number = static_cast<int>(random() % deadlines.size());
    Numbered& deadline = deadlines[static_cast<std::size_t>(number)];
    switch (random() % 4) {
      case 0: {
        const Tick due = random() % 50 == 0 ? never : wheel.now() + static_cast<Tick>(random() % 1500);
        forget(number);
        model.emplace(std::max(due, wheel.now() + 1), number);
        wheel.schedule(deadline, due);
        break;
      }
      case 1:
        forget(number);
        wheel.cancel(deadline);
        break;
      default: {
        const auto due = model.equal_range(wheel.now() + 1);
        std::set<int> expected;
        for (auto one = due.first; one != due.second; ++one) expected.insert(one->second);
        model.erase(due.first, due.second);
        const std::vector<int> got = tick(wheel);
        ASSERT_EQ(std::set<int>(got.begin(), got.end()), expected) << "at tick " << wheel.now();
      }
    }
  }
  EXPECT_GT(wheel.now(), 20'000u);
}

}  // namespace
}  // namespace duplexd
