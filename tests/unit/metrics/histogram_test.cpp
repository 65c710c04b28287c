#include "core/metrics/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

TEST(HistogramTest, BoundsAscend) {
  for (const Bounds& bounds : {answer_bounds, session_bounds}) {
    EXPECT_TRUE(std::ranges::is_sorted(bounds));
    EXPECT_EQ(std::ranges::adjacent_find(bounds), bounds.end());
  }
}

TEST(HistogramTest, BoundsBelongToTheirBuckets) {
  for (std::size_t i = 0; i < answer_bounds.size(); ++i) {
    EXPECT_EQ(bucket_of(answer_bounds, answer_bounds[i]), i);
    EXPECT_EQ(bucket_of(answer_bounds, answer_bounds[i] + 1us), i + 1);
  }
}

TEST(HistogramTest, TimesBeforeTheirBeginningAreShort) { EXPECT_EQ(bucket_of(answer_bounds, -1us), 0u); }

TEST(HistogramTest, LostSegmentsHaveTheirBuckets) {
  const std::size_t none_lost = bucket_of(answer_bounds, 200ms);
  const std::size_t one_lost = bucket_of(answer_bounds, 1s + 200ms);
  const std::size_t two_lost = bucket_of(answer_bounds, 3s + 200ms);
  EXPECT_LT(none_lost, one_lost);
  EXPECT_LT(one_lost, two_lost);
}

TEST(HistogramTest, TimesAreSummed) {
  Histogram histogram;
  histogram.add(answer_bounds, 99us);
  histogram.add(answer_bounds, 1h);
  histogram.add(answer_bounds, -1us);
  HistogramCounts counts;
  counts.add(histogram);
  EXPECT_EQ(counts.buckets.front(), 2u);
  EXPECT_EQ(counts.buckets.back(), 1u);
  EXPECT_EQ(counts.count(), 3u);
  EXPECT_EQ(counts.microseconds, 3'600'000'099u);
  const HistogramCounts once = counts;
  counts.add(once);
  EXPECT_EQ(counts.count(), 6u);
  EXPECT_EQ(counts.microseconds, 7'200'000'198u);
}

}  // namespace
}  // namespace duplexd
