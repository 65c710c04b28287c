#include "core/listener/count_notice.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

constexpr CountNotice::Clock::time_point first_time{1h};

TEST(CountNoticeTest, FirstIsToldAtOnce) {
  CountNotice notice;
  EXPECT_FALSE(notice.is_due(0, first_time));
  EXPECT_EQ(notice.try_tell(0, first_time), 0u);
  EXPECT_TRUE(notice.is_due(3, first_time));
  EXPECT_EQ(notice.try_tell(3, first_time), 3u);
  EXPECT_EQ(notice.try_tell(3, first_time + 1h), 0u) << "nothing more has happened";
}

TEST(CountNoticeTest, LaterOnesAreToldTogether) {
  CountNotice notice;
  ASSERT_EQ(notice.try_tell(3, first_time), 3u);
  EXPECT_FALSE(notice.is_due(4, first_time + 9s));
  EXPECT_EQ(notice.try_tell(4, first_time + 9s), 0u);
  EXPECT_EQ(notice.try_tell(10, first_time + 10s), 7u);
  EXPECT_EQ(notice.try_tell(11, first_time + 11s), 0u);
}

}  // namespace
}  // namespace duplexd
