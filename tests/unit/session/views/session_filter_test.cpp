#include "core/session/views/session_filter.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

SessionView session() {
  return {.id = 7,
          .listener = "web",
          .upstream = "pool",
          .endpoint = "10.0.0.1:80",
          .client = PeerAddress(*SocketAddress::parse("192.0.2.9:1234")),
          .state = LiveState::relaying,
          .age = 10s,
          .idle = 3s,
          .upstream_chain = {.bytes = {.read = 100}},
          .downstream_chain = {.bytes = {.read = 900}}};
}

bool means(const SessionFilter& filter) { return filter.matches(session()); }

TEST(SessionFilterTest, SessionsMatchWhatIsSaid) {
  EXPECT_TRUE(means({}));
  EXPECT_TRUE(means({.ids = {3, 7}}));
  EXPECT_TRUE(means({.listener = "web"}));
  EXPECT_TRUE(means({.upstream = "pool"}));
  EXPECT_TRUE(means({.endpoint = "10.0.0.1:80"}));
  EXPECT_TRUE(means({.source = *Network::parse("192.0.2.0/24")}));
  EXPECT_TRUE(means({.state = LiveState::relaying}));
  EXPECT_TRUE(means({.min_age = 10s}));
  EXPECT_TRUE(means({.min_idle = 3s}));
  EXPECT_TRUE(means({.min_bytes = 1000}));
}

TEST(SessionFilterTest, AnyDifferenceLeavesSessionsOut) {
  EXPECT_FALSE(means({.ids = {3, 8}}));
  EXPECT_FALSE(means({.listener = "we"}));
  EXPECT_FALSE(means({.upstream = "web"}));
  EXPECT_FALSE(means({.endpoint = "10.0.0.1:81"}));
  EXPECT_FALSE(means({.source = *Network::parse("192.0.2.0/29")}));
  EXPECT_FALSE(means({.source = *Network::parse("2001:db8::/32")}));
  EXPECT_FALSE(means({.state = LiveState::half_closed}));
  EXPECT_FALSE(means({.min_age = 11s}));
  EXPECT_FALSE(means({.min_idle = 4s}));
  EXPECT_FALSE(means({.min_bytes = 1001}));
  EXPECT_FALSE(means({.listener = "web", .min_bytes = 1001}));
}

TEST(SessionFilterTest, UnixClientsHaveNoSource) {
  SessionView local = session();
  local.client = {};
  EXPECT_FALSE(SessionFilter{.source = *Network::parse("::/0")}.matches(local));
}

TEST(SessionFilterTest, OnlyTheEmptyOneIsEmpty) {
  EXPECT_TRUE(SessionFilter{}.is_empty());
  EXPECT_FALSE(SessionFilter{.ids = {1}}.is_empty());
  EXPECT_FALSE(SessionFilter{.listener = "x"}.is_empty());
  EXPECT_FALSE(SessionFilter{.upstream = "x"}.is_empty());
  EXPECT_FALSE(SessionFilter{.endpoint = "x"}.is_empty());
  EXPECT_FALSE(SessionFilter{.source = Network{}}.is_empty());
  EXPECT_FALSE(SessionFilter{.state = LiveState::greeting}.is_empty());
  EXPECT_FALSE(SessionFilter{.min_age = 1us}.is_empty());
  EXPECT_FALSE(SessionFilter{.min_idle = 1ms}.is_empty());
  EXPECT_FALSE(SessionFilter{.min_bytes = 1}.is_empty());
}

}  // namespace
}  // namespace duplexd
