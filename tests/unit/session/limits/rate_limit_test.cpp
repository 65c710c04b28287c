#include "core/session/limits/rate_limit.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

/// How many may come at this moment.
int taken_at(RateLimit& limit, RateLimit::Nanoseconds now) {
  int taken = 0;
  while (taken < 1'000'000 && limit.try_take(now)) ++taken;
  return taken;
}

TEST(RateLimitTest, WithoutARateAnyNumberMay) {
  RateLimit limit;
  EXPECT_FALSE(limit.is_set());
  EXPECT_GT(limit.available(1s), 1'000'000'000u);
  EXPECT_EQ(taken_at(limit, 1s), 1'000'000);
}

TEST(RateLimitTest, BurstComesAtOnce) {
  RateLimit limit;
  limit.set(100, 20);
  EXPECT_EQ(taken_at(limit, 1h), 20);
  EXPECT_EQ(limit.available(1h), 0u);
}

TEST(RateLimitTest, RateHoldsAfterTheBurst) {
  RateLimit limit;
  limit.set(100, 20);
  (void)taken_at(limit, 1h);
  int taken = 0;
  for (RateLimit::Nanoseconds now = 1h; now <= 1h + 30s; now += 1ms) taken += limit.try_take(now);
  EXPECT_EQ(taken, 3000);
}

TEST(RateLimitTest, CoarseLooksLoseNothing) {
  RateLimit limit;
  limit.set(1000, 200);
  (void)taken_at(limit, 1h);
  int taken = 0;
  for (RateLimit::Nanoseconds now = 1h + 100ms; now <= 1h + 10s; now += 100ms) taken += taken_at(limit, now);
  EXPECT_EQ(taken, 10'000);
}

TEST(RateLimitTest, PauseGivesTheBurstOnly) {
  RateLimit limit;
  limit.set(10, 3);
  (void)taken_at(limit, 1h);
  EXPECT_EQ(taken_at(limit, 2h), 3);
}

TEST(RateLimitTest, GivenBackMayBeTaken) {
  RateLimit limit;
  limit.set(10, 1);
  EXPECT_TRUE(limit.try_take(1h));
  EXPECT_FALSE(limit.try_take(1h));
  limit.give_back();
  EXPECT_EQ(limit.available(1h), 1u);
  EXPECT_TRUE(limit.try_take(1h));
}

TEST(RateLimitTest, AvailableMayBeTakenAtOnce) {
  RateLimit limit;
  limit.set(3'000'000'000, 600'000'000);
  std::uint64_t taken = 0;
  for (RateLimit::Nanoseconds now = 1h; now < 1h + 10s; now += 100ms) {
    const std::uint64_t bytes = limit.available(now);
    limit.take(bytes, now);
    taken += bytes;
  }
  EXPECT_NEAR(static_cast<double>(taken), 3e10, 1.5e9);
}

TEST(RateLimitTest, TooManyMakeLaterOnesWait) {
  RateLimit limit;
  limit.set(1000, 100);
  limit.take(1100, 1h);
  EXPECT_EQ(limit.available(1h + 1s), 0u);
  EXPECT_EQ(limit.available(1h + 1100ms), 100u);
}

TEST(RateLimitTest, ThreadsShareOneRate) {
  RateLimit limit;
  limit.set(1, 10'000);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      while (limit.try_take(1h)) ++taken;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 10'000);
}

}  // namespace
}  // namespace duplexd
