#include "tests/unit/import/haproxy_world.hpp"

namespace duplexd::importing {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string with_timeouts(const std::string& lines, const std::string& options = "") {
  return yaml_of_servers({options}, lines);
}

TEST(HaproxyTimeoutsTest, HalfClosedSessionsWaitAsOthers) {
  EXPECT_THAT(with_timeouts(" timeout client 10m\n timeout server 10m\n"), HasSubstr("half_closed: 10m"));
  EXPECT_THAT(with_timeouts(" timeout client 1m\n timeout server 10m\n"),
              HasSubstr("idle: 1m\n      half_closed: 10m\n"));
  EXPECT_THAT(with_timeouts(" timeout client 1m\n timeout server 1m\n timeout tunnel 1h\n"),
              HasSubstr("idle: 1h\n      half_closed: 1h\n"));
  EXPECT_THAT(with_timeouts(""), HasSubstr("idle: off\n      half_closed: off\n"));
  EXPECT_THAT(with_timeouts(" timeout client 10m\n"), HasSubstr("half_closed: off"));
}

TEST(HaproxyTimeoutsTest, UsualHalfClosedIsNotWritten) {
  EXPECT_THAT(with_timeouts(" timeout client 1m\n timeout server 1m\n"), Not(HasSubstr("half_closed:")));
  EXPECT_THAT(with_timeouts(" timeout client 30s\n timeout server 30s\n"), Not(HasSubstr("half_closed:")));
  EXPECT_THAT(with_timeouts(" timeout client 30s\n timeout server 1m\n"), HasSubstr("half_closed: 1m"));
}

TEST(HaproxyTimeoutsTest, OneSidedTimeOutIsRefused) {
  const std::string lines = " timeout client 10m\n timeout server 10m\n timeout client-fin 30s\n";
  EXPECT_THAT(with_timeouts(lines), HasSubstr("half_closed: 10m"));
  EXPECT_THAT(with_timeouts(lines), HasSubstr("'timeout client-fin 30s' is not carried"));
  EXPECT_THAT(with_timeouts(lines + " timeout server-fin 30s\n"), HasSubstr("half_closed: 30s"));
}

TEST(HaproxyTimeoutsTest, UnknownTimesAreNotForever) {
  const std::string yaml = with_timeouts(" timeout client \"$T\"\n timeout server \"$T\"\n");
  EXPECT_THAT(yaml, Not(HasSubstr("half_closed")));
}

TEST(HaproxyTimeoutsTest, QueueWaitsAsConnecting) {
  const std::string connect = " timeout connect 3s\n";
  EXPECT_THAT(with_timeouts(connect, "maxconn 9"), HasSubstr("queue: 3s"));
  EXPECT_THAT(with_timeouts(connect + " timeout queue 7s\n", "maxconn 9"), HasSubstr("queue: 7s"));
  EXPECT_THAT(with_timeouts(connect), Not(HasSubstr("queue:")));
  EXPECT_THAT(with_timeouts("", "maxconn 9"), HasSubstr("queue: 1d"));
}

TEST(HaproxyTimeoutsTest, MissingTimeToConnectIsTold) {
  EXPECT_THAT(with_timeouts(""), HasSubstr("see timeouts.connect"));
  EXPECT_THAT(with_timeouts(" timeout connect 3s\n"), Not(HasSubstr("see timeouts.connect")));
}

}  // namespace
}  // namespace duplexd::importing
