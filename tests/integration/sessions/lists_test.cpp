#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <vector>

namespace duplexd::test {
namespace {

class Lists : public testing::Test {
 protected:
  static std::map<std::uint64_t, int> walk(Proxy& proxy, SessionQuery query) {
    std::map<std::uint64_t, int> times;
    for (std::optional<SessionCursor> next = query.after; next;) {
      query.after = *next;
      const SessionPage page = proxy.sessions(query);
      EXPECT_LE(page.sessions.size(), query.limit);
      for (const SessionView& each : page.sessions) ++times[each.id];
      next = page.next;
    }
    return times;
  }
  static bool all_once(const std::map<std::uint64_t, int>& times) {
    return std::ranges::all_of(times, [](const auto& each) { return each.second == 1; });
  }

  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
};

TEST_F(Lists, EachSessionIsListedOnce) {
  Proxy proxy(config_);
  const std::vector<Pair> sessions = open_sessions(proxy, backend_, 300);
  ASSERT_TRUE(proxy.wait_for_live(300));
  for (const std::size_t limit : {1u, 7u, 64u, 299u, 300u, 1000u}) {
    for (const bool with_tcp : {false, true}) {
      const auto times = walk(proxy, {.with_tcp = with_tcp, .limit = limit});
      EXPECT_EQ(times.size(), 300u) << limit;
      EXPECT_TRUE(all_once(times)) << limit;
    }
  }
}

TEST_F(Lists, FiltersSpanPages) {
  Proxy proxy(config_);
  std::vector<Pair> sessions = open_sessions(proxy, backend_, 100);
  for (std::size_t i = 0; i < 100; i += 10) {
    sessions[i].client.send("x");
    EXPECT_EQ(sessions[i].endpoint.receive(1), "x");
  }
  const auto times = walk(proxy, {.filter = {.min_bytes = 1}, .limit = 3});
  EXPECT_EQ(times.size(), 10u);
  EXPECT_TRUE(all_once(times));
  EXPECT_EQ(walk(proxy, {.filter = {.listener = "other"}, .limit = 3}).size(), 0u);
}

// Those that live throughout are there, and nobody is listed twice, although others come and go.
TEST_F(Lists, SessionsComeAndGoMeanwhile) {
  Proxy proxy(config_);
  const std::vector<Pair> lasting = open_sessions(proxy, backend_, 100);
  ASSERT_TRUE(proxy.wait_for_live(100));
  const auto wanted = walk(proxy, {});
  std::atomic<bool> over = false;
  std::thread traffic([&] {
    while (!over) {
      std::vector<Pair> passing = open_sessions(proxy, backend_, 20);
      for (Pair& each : passing) close_in_order(each);
    }
  });
  for (int i = 0; i < 30; ++i) {
    const auto times = walk(proxy, {.limit = 10});
    EXPECT_TRUE(all_once(times));
    for (const auto& [id, _] : wanted) EXPECT_EQ(times.count(id), 1u) << id;
  }
  over = true;
  traffic.join();
}

TEST_F(Lists, CursorsBehindTheEndFindNothing) {
  Proxy proxy(config_);
  const Pair session = open_session(proxy, backend_);
  for (const SessionCursor after :
       {SessionCursor{1000, 0}, SessionCursor{0, 1u << 30}, SessionCursor{1, std::size_t(-1)}}) {
    const SessionPage page = proxy.sessions({.after = after});
    EXPECT_LE(page.sessions.size(), 1u);
    EXPECT_EQ(page.next, std::nullopt);
  }
}

TEST_F(Lists, StoppedWorkersAnswer) {
  Proxy proxy(config_);
  proxy.drain();
  EXPECT_TRUE(proxy.sessions().sessions.empty());
  ASSERT_TRUE(proxy.wait_for_stopped());
  EXPECT_TRUE(proxy.sessions().sessions.empty());
  EXPECT_EQ(proxy.kill({.filter = {.min_age = std::chrono::hours(1)}}).matched, 0u);
}

}  // namespace
}  // namespace duplexd::test
