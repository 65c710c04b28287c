#include "daemon/systemd/socket_store.hpp"
#include "daemon/systemd/watchdog.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <map>

namespace duplexd {
namespace {

constexpr pid_t self = 4711;

Environment environment(std::map<std::string, std::string, std::less<>> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

/// Two open descriptors with neighbouring numbers, which the code under test closes.
int two_descriptors() {
  constexpr int high = 200;
  const int first = ::fcntl(STDIN_FILENO, F_DUPFD, high);
  EXPECT_EQ(::fcntl(STDIN_FILENO, F_DUPFD, first + 1), first + 1);
  return first;
}

TEST(InheritedSocketsTest, NoSocketsWithoutVariables) {
  EXPECT_TRUE(inherited_sockets(environment({}), self)->empty());
}

TEST(InheritedSocketsTest, SocketsForAnotherProcessAreIgnored) {
  EXPECT_TRUE(inherited_sockets(environment({{"LISTEN_PID", "4712"}, {"LISTEN_FDS", "2"}}), self)->empty());
  EXPECT_TRUE(inherited_sockets(environment({{"LISTEN_PID", "all"}, {"LISTEN_FDS", "2"}}), self)->empty());
}

TEST(InheritedSocketsTest, SocketsHaveTheGivenNames) {
  const int first = two_descriptors();
  const auto sockets = inherited_sockets(
      environment({{"LISTEN_PID", "4711"}, {"LISTEN_FDS", "2"}, {"LISTEN_FDNAMES", "web:db"}}), self, first);
  ASSERT_TRUE(sockets);
  ASSERT_EQ(sockets->size(), 2u);
  EXPECT_EQ(sockets->find("web")->second.get(), first);
  EXPECT_EQ(sockets->find("db")->second.get(), first + 1);
  EXPECT_EQ(::fcntl(first, F_GETFD), FD_CLOEXEC);
}

TEST(InheritedSocketsTest, SocketsMayShareAName) {
  const int first = two_descriptors();
  const auto sockets = inherited_sockets(
      environment({{"LISTEN_PID", "4711"}, {"LISTEN_FDS", "2"}, {"LISTEN_FDNAMES", "web:web"}}), self, first);
  ASSERT_TRUE(sockets);
  EXPECT_EQ(sockets->count("web"), 2u);
}

TEST(InheritedSocketsTest, UnnamedSocketsAreUnknown) {
  const int first = two_descriptors();
  const auto sockets =
      inherited_sockets(environment({{"LISTEN_PID", "4711"}, {"LISTEN_FDS", "2"}}), self, first);
  ASSERT_TRUE(sockets);
  EXPECT_EQ(sockets->count("unknown"), 2u);
}

TEST(InheritedSocketsTest, ContradictingVariablesAreRefused) {
  const auto refusal = [](std::string count, std::string names) {
    const auto sockets = inherited_sockets(
        environment({{"LISTEN_PID", "4711"}, {"LISTEN_FDS", count}, {"LISTEN_FDNAMES", names}}), self,
        900'000);
    return sockets ? std::string() : sockets.error().what;
  };
  EXPECT_EQ(refusal("two", "a:b"), "$LISTEN_FDS is not a number: 'two'");
  EXPECT_EQ(refusal("-1", "a"), "$LISTEN_FDS is not a number: '-1'");
  EXPECT_EQ(refusal("2", "a"), "$LISTEN_FDS passes 2 sockets, but $LISTEN_FDNAMES names 1");
  EXPECT_EQ(refusal("1", "a"), "$LISTEN_FDS speaks of descriptor 900000, which is not open");
}

TEST(WatchdogIntervalTest, WatchdogIntervalComesFromServiceManager) {
  using namespace std::chrono_literals;
  EXPECT_EQ(watchdog_interval(environment({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "4711"}}), self),
            30s);
  EXPECT_EQ(watchdog_interval(environment({{"WATCHDOG_USEC", "1500999"}}), self), 1500ms);
}

TEST(WatchdogIntervalTest, WatchdogOfAnotherProcessIsIgnored) {
  EXPECT_FALSE(watchdog_interval(environment({}), self));
  EXPECT_FALSE(watchdog_interval(environment({{"WATCHDOG_PID", "4711"}}), self));
  EXPECT_FALSE(
      watchdog_interval(environment({{"WATCHDOG_USEC", "1000000"}, {"WATCHDOG_PID", "4712"}}), self));
  EXPECT_FALSE(watchdog_interval(environment({{"WATCHDOG_USEC", "1000000"}, {"WATCHDOG_PID", ""}}), self));
}

TEST(WatchdogIntervalTest, MalformedWatchdogIntervalIsIgnored) {
  for (const auto* text : {"", "0", "999", "-1", "1s", "18446744073709551615", "99999999999999999999999"})
    EXPECT_FALSE(watchdog_interval(environment({{"WATCHDOG_USEC", text}}), self)) << text;
}

}  // namespace
}  // namespace duplexd
