#include "core/health/rise_and_fall.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using enum CheckResult::Outcome;

constexpr Thresholds thresholds{.rise = 2, .fall = 3};

Health after(std::initializer_list<CheckResult::Outcome> outcomes) {
  RiseAndFall health;
  for (const auto outcome : outcomes) (void)health.take(outcome, thresholds);
  return health.health();
}

TEST(RiseAndFallTest, CountsAsUpUntilChecked) {
  EXPECT_EQ(after({}), Health::unchecked);
  EXPECT_TRUE(counts_as_up(Health::unchecked));
  EXPECT_TRUE(counts_as_up(Health::up));
  EXPECT_FALSE(counts_as_up(Health::down));
}

TEST(RiseAndFallTest, FirstResultDecidesAtOnce) {
  EXPECT_EQ(after({passed}), Health::up);
  EXPECT_EQ(after({failed}), Health::down);
}

TEST(RiseAndFallTest, FallTakesFailuresInSequence) {
  EXPECT_EQ(after({passed, failed, failed}), Health::up);
  EXPECT_EQ(after({passed, failed, failed, failed}), Health::down);
}

TEST(RiseAndFallTest, RiseTakesPassesInSequence) {
  EXPECT_EQ(after({failed, passed}), Health::down);
  EXPECT_EQ(after({failed, passed, passed}), Health::up);
}

TEST(RiseAndFallTest, OneOppositeResultStartsAnew) {
  EXPECT_EQ(after({passed, failed, failed, passed, failed, failed}), Health::up);
  EXPECT_EQ(after({failed, passed, failed, passed}), Health::down);
}

TEST(RiseAndFallTest, CheckNotMadeChangesNothing) {
  EXPECT_EQ(after({not_made}), Health::unchecked);
  EXPECT_EQ(after({passed, not_made, not_made, not_made}), Health::up);
  EXPECT_EQ(after({passed, failed, failed, not_made, failed}), Health::down);
}

TEST(RiseAndFallTest, TellsEachChangeOnce) {
  RiseAndFall health;
  EXPECT_TRUE(health.take(failed, thresholds));
  EXPECT_FALSE(health.take(failed, thresholds));
  EXPECT_FALSE(health.take(passed, thresholds));
  EXPECT_TRUE(health.take(passed, thresholds));
  EXPECT_FALSE(health.take(passed, thresholds));
}

TEST(RiseAndFallTest, GoesOnWhereAnotherWas) {
  RiseAndFall earlier;
  (void)earlier.take(passed, {});
  (void)earlier.take(failed, {});
  (void)earlier.take(failed, {});
  RiseAndFall health(earlier.health(), earlier.against());
  EXPECT_EQ(health.health(), Health::up);
  EXPECT_TRUE(health.take(failed, {})) << "the third in a row";
}

}  // namespace
}  // namespace duplexd
