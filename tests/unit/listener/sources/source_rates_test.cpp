#include "core/listener/sources/source_rates.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using Nanoseconds = SourceRates::Nanoseconds;

PeerAddress source(const std::string& text) { return PeerAddress(*SocketAddress::parse(text)); }
PeerAddress source(unsigned number) {
  return source("10." + std::to_string(number >> 16) + "." + std::to_string(number >> 8 & 255) + "." +
                std::to_string(number & 255) + ":1");
}

int taken_at(SourceRates& rates, const PeerAddress& address, Nanoseconds now) {
  int taken = 0;
  while (taken < 10'000 && rates.take(address, now).may) ++taken;
  return taken;
}

TEST(SourceRatesTest, EachSourceHasItsOwnRate) {
  SourceRates rates(64, 100);
  rates.set(10, 5);
  EXPECT_EQ(taken_at(rates, source("192.0.2.1:1"), 1h), 5);
  EXPECT_EQ(taken_at(rates, source("192.0.2.1:2"), 1h), 0) << "whatever its port is";
  EXPECT_EQ(taken_at(rates, source("192.0.2.2:1"), 1h), 5);
  EXPECT_EQ(taken_at(rates, source("192.0.2.1:1"), 1h + 100ms), 1);
}

TEST(SourceRatesTest, RateHoldsForLong) {
  SourceRates rates(64, 100);
  rates.set(100, 100);
  int taken = 0;
  for (Nanoseconds now = 1h; now < 1h + 30s; now += 1ms) taken += rates.take(source(1u), now).may;
  EXPECT_EQ(taken, 3100 - 1) << "the burst, and the rate until the last millisecond";
}

TEST(SourceRatesTest, Ipv6ClientsCountByTheirPrefix) {
  SourceRates rates(64, 100);
  rates.set(1, 1);
  EXPECT_TRUE(rates.take(source("[2001:db8:0:1::1]:1"), 1h).may);
  EXPECT_FALSE(rates.take(source("[2001:db8:0:1:ffff::2]:1"), 1h).may);
  EXPECT_TRUE(rates.take(source("[2001:db8:0:2::1]:1"), 1h).may);
}

TEST(SourceRatesTest, UnixClientsAlwaysMay) {
  SourceRates rates(64, 100);
  rates.set(1, 1);
  EXPECT_EQ(taken_at(rates, PeerAddress(), 1h), 10'000);
}

TEST(SourceRatesTest, ChangedRateHoldsAtOnce) {
  SourceRates rates(64, 100);
  rates.set(1, 1);
  EXPECT_EQ(taken_at(rates, source(1u), 1h), 1);
  rates.set(1000, 10);
  EXPECT_EQ(taken_at(rates, source(1u), 1h + 1s), 10);
}

// As many as it has room for, at once and then again later: those of before are free again.
TEST(SourceRatesTest, ChangedPrefixForgetsNoIpv4Source) {
  SourceRates rates(64, 100);
  rates.set(1, 1);
  EXPECT_TRUE(rates.take(source("192.0.2.1:1"), 1h).may);
  rates.set_ipv6_prefix(56);
  EXPECT_FALSE(rates.take(source("192.0.2.1:1"), 1h).may);
  EXPECT_TRUE(rates.take(source("[2001:db8:0:101::1]:1"), 1h).may);
  EXPECT_FALSE(rates.take(source("[2001:db8:0:1ff::1]:1"), 1h).may) << "one source by now";
}

TEST(SourceRatesTest, EveryPromisedSourceIsHeld) {
  constexpr unsigned sources = 10'000;
  SourceRates rates(64, sources);
  rates.set(1, 1);
  for (const auto now : {Nanoseconds(1h), Nanoseconds(2h)}) {
    for (unsigned n = 0; n < sources; ++n) {
      const auto taken = rates.take(source(n), now);
      ASSERT_TRUE(taken.may && !taken.forgot) << n;
    }
    for (unsigned n = 0; n < sources; ++n) ASSERT_FALSE(rates.take(source(n), now).may) << n;
  }
}

TEST(SourceRatesTest, FullTableForgetsTheLeastActive) {
  SourceRates rates(64, 1);  // one window, 64 buckets
  rates.set(1, 100);
  EXPECT_EQ(taken_at(rates, source(0u), 1h), 100);
  for (unsigned n = 1; n < 64; ++n) EXPECT_FALSE(rates.take(source(n), 1h).forgot);
  for (unsigned n = 64; n < 1000; ++n) {
    const auto taken = rates.take(source(n), 1h);
    EXPECT_TRUE(taken.may && taken.forgot) << n;
  }
  EXPECT_FALSE(rates.take(source(0u), 1h).may) << "the one that comes most often is held on";
}

TEST(SourceRatesTest, ThreadsShareTheRates) {
  SourceRates rates(64, 100);
  rates.set(1, 50);
  for (unsigned n = 0; n < 4; ++n) ASSERT_TRUE(rates.take(source(n), 1h).may);
  std::atomic<int> taken{4};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (unsigned n = 0; n < 4'000; ++n) taken += rates.take(source(n % 4), 1h).may;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 200);
}

TEST(SourceRatesTest, LookTakesNothing) {
  SourceRates rates(64, 100);
  rates.set(10, 1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rates.may_take(source("192.0.2.1:1"), 1h));
  EXPECT_TRUE(rates.take(source("192.0.2.1:1"), 1h).may);
  EXPECT_FALSE(rates.may_take(source("192.0.2.1:1"), 1h));
  EXPECT_TRUE(rates.may_take(source("192.0.2.2:1"), 1h)) << "another source";
  EXPECT_TRUE(rates.may_take(source("192.0.2.1:1"), 1h + 100ms));
}

}  // namespace
}  // namespace duplexd
