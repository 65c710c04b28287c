#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

class DryRun : public testing::Test {
 protected:
  static std::uint64_t beyond(Proxy& proxy, Limit limit) {
    return proxy.listener().beyond_tried[static_cast<std::size_t>(limit)];
  }
  /// Two sessions, the second of which is beyond the limit.
  void expect_second_is_served(Limit limit) {
    Proxy proxy(config_);
    Pair first = open_session(proxy, backend_);
    Pair second = open_session(proxy, backend_);
    second.client.send("hello");
    EXPECT_EQ(second.endpoint.receive(5), "hello");
    EXPECT_EQ(beyond(proxy, limit), 1u);
    EXPECT_TRUE(eventually([&] { return is_told(proxy, limit); }));
    close_in_order(first);
    EXPECT_EQ(proxy.ends(1)[0].beyond_tried, LimitSet());
    close_in_order(second);
    EXPECT_EQ(proxy.ends(2)[1].beyond_tried, LimitSet{limit});
    EXPECT_EQ(proxy.reasons(2)["client_finished"], 2u);
    EXPECT_EQ(proxy.listener().at_limit, 0u);
  }
  static bool is_told(const Proxy& proxy, Limit limit) {
    return std::ranges::any_of(proxy.notices(), [limit](const Notice& notice) {
      return notice.kind == Notice::Kind::limit_tried && notice.words.view() == to_word(limit);
    });
  }

  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  ListenerConfig& listener_ = config_.listeners[0];
  ListenerLimits& limits_ = listener_.limits;
};

TEST_F(DryRun, SessionsBeyondTheLimitAreServed) {
  limits_.sessions = 1;
  limits_.dry_run = {Limit::sessions};
  expect_second_is_served(Limit::sessions);
}

TEST_F(DryRun, SourceBeyondItsSessionsIsServed) {
  limits_.per_source = 1;
  limits_.dry_run = {Limit::per_source};
  expect_second_is_served(Limit::per_source);
}

TEST_F(DryRun, SourceBeyondItsRateIsServed) {
  limits_.per_source_rate = limits_.per_source_burst = 1;
  limits_.dry_run = {Limit::per_source_rate};
  Proxy proxy(config_);
  for (int i = 0; i < 10; ++i) Pair session = open_session(proxy, backend_);
  EXPECT_GT(beyond(proxy, Limit::per_source_rate), 0u);
  EXPECT_TRUE(eventually([&] { return is_told(proxy, Limit::per_source_rate); }));
  EXPECT_EQ(proxy.reasons(10)["source_rate_limit"], 0u);
}

TEST_F(DryRun, ClientsAboveTheRateAreServed) {
  limits_.rate = limits_.burst = 1;
  limits_.dry_run = {Limit::rate};
  Proxy proxy(config_);
  for (int i = 0; i < 10; ++i) Pair session = open_session(proxy, backend_);
  EXPECT_GT(beyond(proxy, Limit::rate), 0u);
  EXPECT_TRUE(eventually([&] { return is_told(proxy, Limit::rate); }));
  EXPECT_EQ(proxy.listener().at_limit, 0u);
}

TEST_F(DryRun, ClientsWithoutAccessAreServed) {
  listener_.access.deny = NetworkSet({*Network::parse("127.0.0.0/8")});
  listener_.access.dry_run = true;
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  close_in_order(session);
  EXPECT_EQ(proxy.end().beyond_tried, LimitSet{Limit::access});
  EXPECT_EQ(beyond(proxy, Limit::access), 1u);
}

TEST_F(DryRun, BytesBeyondTheBandwidthAreRelayed) {
  const std::string bytes = pattern(1024 * 1024);
  listener_.bandwidth.session_upstream = 1024;
  listener_.bandwidth.total_upstream = 2048;
  listener_.bandwidth.dry_run = {Limit::session_upstream, Limit::total_upstream};
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  std::thread sending([&] { session.client.send(bytes); });
  EXPECT_TRUE(session.endpoint.receive(bytes.size()) == bytes);
  sending.join();
  EXPECT_GT(beyond(proxy, Limit::session_upstream), bytes.size() / 2);
  EXPECT_GT(beyond(proxy, Limit::total_upstream), bytes.size() / 2);
  EXPECT_EQ(beyond(proxy, Limit::session_downstream), 0u);
  close_in_order(session);
  EXPECT_EQ(proxy.end().beyond_tried, (LimitSet{Limit::session_upstream, Limit::total_upstream}));
}

TEST_F(DryRun, OtherLimitsHold) {
  limits_.per_source = 1;
  limits_.per_source_rate = limits_.per_source_burst = 1;
  limits_.dry_run = {Limit::per_source_rate};
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  EXPECT_TRUE(proxy.connect().at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "source_limit");
}

TEST_F(DryRun, ReloadEnforcesTheLimit) {
  limits_.per_source = 1;
  limits_.dry_run = {Limit::per_source};
  Proxy proxy(config_);
  const std::vector<Pair> sessions = open_sessions(proxy, backend_, 2);
  EXPECT_EQ(beyond(proxy, Limit::per_source), 1u);
  limits_.dry_run = {};
  listener_.bind.front().address = proxy.address();
  ASSERT_EQ(proxy.reload(config_), "");
  EXPECT_TRUE(proxy.connect().at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "source_limit");
  EXPECT_EQ(beyond(proxy, Limit::per_source), 1u);
  EXPECT_EQ(proxy.listener().live, 2u);
}

}  // namespace
}  // namespace duplexd::test
