#include "core/session/limits/session_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace duplexd {
namespace {

TEST(SessionLimitTest, PermitsAsManyAsItSays) {
  SessionLimit limit(2);
  EXPECT_TRUE(limit.try_take());
  EXPECT_FALSE(limit.full());
  EXPECT_TRUE(limit.try_take());
  EXPECT_TRUE(limit.full());
  EXPECT_FALSE(limit.try_take());
  EXPECT_FALSE(limit.try_take());
  limit.give_back();
  EXPECT_FALSE(limit.full()) << "a refusal takes nothing";
  EXPECT_TRUE(limit.try_take());
  EXPECT_FALSE(limit.try_take());
}

TEST(SessionLimitTest, LoweringItTakesNoPlaceAway) {
  SessionLimit limit(2);
  EXPECT_TRUE(limit.try_take() && limit.try_take());
  limit.set_most(1);
  EXPECT_TRUE(limit.full());
  limit.give_back();
  EXPECT_FALSE(limit.try_take()) << "one is there and one may be";
  limit.set_most(2);
  EXPECT_TRUE(limit.try_take());
  EXPECT_TRUE(limit.full());
}

TEST(SessionLimitTest, PlacesAreTakenBeyondIt) {
  SessionLimit limit(1);
  limit.take();
  limit.take();
  EXPECT_TRUE(limit.full());
  limit.give_back();
  EXPECT_FALSE(limit.try_take()) << "one is there and one may be";
  limit.give_back();
  EXPECT_TRUE(limit.try_take());
}

TEST(SessionLimitTest, ZeroRefusesAll) {
  SessionLimit limit(0);
  EXPECT_TRUE(limit.full());
  EXPECT_FALSE(limit.try_take());
}

TEST(SessionLimitTest, ManyWorkersNeverExceedIt) {
  constexpr int most = 3;
  SessionLimit limit(most);
  std::atomic<int> taken{0};
  std::atomic<int> peak{0};
  const auto worker = [&] {
    for (int i = 0; i < 20'000; ++i) {
      if (!limit.try_take()) continue;
      const int now = ++taken;
      for (int seen = peak.load(); seen < now && !peak.compare_exchange_weak(seen, now);) {
      }
      --taken;
      limit.give_back();
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < 2 * most; ++i) workers.emplace_back(worker);
  for (std::thread& thread : workers) thread.join();
  EXPECT_LE(peak.load(), most);
  EXPECT_GE(peak.load(), 1);
  for (int i = 0; i < most; ++i) EXPECT_TRUE(limit.try_take()) << "all were given back";
  EXPECT_FALSE(limit.try_take());
}

}  // namespace
}  // namespace duplexd
