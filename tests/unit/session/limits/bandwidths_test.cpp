#include "core/session/limits/bandwidths.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

TEST(BandwidthsTest, BytesBeyondAreHeldBack) {
  Bandwidth bandwidth;
  bandwidth.set(1000, false);
  EXPECT_EQ(bandwidth.available(1h, 1), 200u);
  EXPECT_EQ(bandwidth.take(300, 1h), 0u) << "they come later";
  EXPECT_EQ(bandwidth.available(1h, 1), 0u);
}

TEST(BandwidthsTest, TriedBandwidthCountsWhatIsBeyond) {
  Bandwidth bandwidth;
  bandwidth.set(1000, true);
  EXPECT_EQ(bandwidth.take(150, 1h), 0u);
  EXPECT_EQ(bandwidth.take(150, 1h), 100u);
  EXPECT_GT(bandwidth.available(1h, 1), 1'000'000'000u);
  std::uint64_t beyond = 0;
  for (RateLimit::Nanoseconds now = 1h; now < 1h + 10s; now += 10ms) beyond += bandwidth.take(20, now);
  EXPECT_NEAR(static_cast<double>(beyond), 10'000, 100) << "half of 2000 bytes a second";
}

}  // namespace
}  // namespace duplexd
