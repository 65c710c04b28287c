#include "tests/bench/load/histogram.hpp"

#include <gtest/gtest.h>

namespace duplexd::bench {
namespace {

TEST(HistogramTest, EmptyHistogramHasNoPercentile) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.percentile(0.5), 0);
}

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.add(value);
  EXPECT_EQ(histogram.count(), 100u);
  EXPECT_EQ(histogram.percentile(0.5), 50);
  EXPECT_EQ(histogram.percentile(0.99), 99);
  EXPECT_EQ(histogram.percentile(0.999), 100);
}

TEST(HistogramTest, EveryPercentileIsWithinOnePercent) {
  for (std::uint64_t value = 1; value < std::uint64_t{1} << 62; value += value / 3 + 1) {
    Histogram histogram;
    histogram.add(value);
    const auto exact = static_cast<double>(value);
    EXPECT_NEAR(histogram.percentile(1), exact, exact / 100) << value;
  }
}

TEST(HistogramTest, LargestValueHasABucket) {
  Histogram histogram;
  histogram.add(~std::uint64_t{0});
  EXPECT_GT(histogram.percentile(0.5), 1.8e19);
}

TEST(HistogramTest, RareValueShowsOnlyInTail) {
  Histogram histogram;
  for (int i = 0; i < 9990; ++i) histogram.add(10);
  for (int i = 0; i < 10; ++i) histogram.add(1'000'000);
  EXPECT_EQ(histogram.percentile(0.999), 10);
  EXPECT_NEAR(histogram.percentile(0.9991), 1'000'000, 10'000);
}

}  // namespace
}  // namespace duplexd::bench
