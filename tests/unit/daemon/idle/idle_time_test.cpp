#include "daemon/idle/idle_time.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using std::chrono::seconds;

IdleTime::Time at(int second) { return IdleTime::Time(seconds(second)); }

TEST(IdleTimeTest, TimeCountsFromTheFirstLook) {
  IdleTime idle;
  EXPECT_EQ(idle.after({}, at(100)), seconds(0));
  EXPECT_EQ(idle.after({}, at(130)), seconds(30));
}

TEST(IdleTimeTest, LiveSessionIsUse) {
  IdleTime idle;
  (void)idle.after({}, at(100));
  EXPECT_EQ(idle.after({.live = 1, .uses = 1}, at(130)), std::nullopt);
  EXPECT_EQ(idle.after({.uses = 1}, at(140)), seconds(0));
  EXPECT_EQ(idle.after({.uses = 1}, at(150)), seconds(10));
}

TEST(IdleTimeTest, SessionBetweenTwoLooksIsUse) {
  IdleTime idle;
  (void)idle.after({.uses = 5}, at(100));
  EXPECT_EQ(idle.after({.uses = 6}, at(130)), seconds(0));
  EXPECT_EQ(idle.after({.uses = 6}, at(160)), seconds(30));
}

TEST(IdleTimeTest, QuestionIsUse) {
  IdleTime idle;
  (void)idle.after({}, at(100));
  EXPECT_EQ(idle.after({.is_asked = true}, at(130)), std::nullopt);
  EXPECT_EQ(idle.after({}, at(131)), seconds(0));
}

}  // namespace
}  // namespace duplexd
