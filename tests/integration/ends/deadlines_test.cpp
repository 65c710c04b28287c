#include "tests/support/proxy.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

class Deadlines : public testing::Test {
 protected:
  Config config() const { return proxy_config({backend_.address()}); }
  static Timeouts& timeouts(Config& config) { return config.listeners[0].timeouts; }

  Backend backend_;
};

TEST_F(Deadlines, SessionWithoutBytesEndsAsIdle) {
  Config with_idle = config();
  timeouts(with_idle).idle = 300ms;
  Proxy proxy(with_idle);
  auto [client, endpoint] = open_session(proxy, backend_);
  EXPECT_TRUE(client.is_reset());
  EXPECT_TRUE(endpoint.is_reset());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "idle_timeout");
  EXPECT_GE(end.duration, 300ms);
  EXPECT_LT(end.duration, patience);
}

// What sends each 100 ms is not idle for so long, even where a busy machine keeps it waiting.
constexpr auto long_idle = 3s;

// `from` sends for longer than the idle time, and `to` never sends.
void expect_kept_alive(Peer& from, Peer& to) {
  for (int i = 0; i < 40; ++i) {
    from.send("x");
    EXPECT_EQ(to.receive(1), "x");
    ASSERT_FALSE(from.readable_within(100ms)) << "it ended although bytes came";
  }
}

TEST_F(Deadlines, ClientBytesAloneExtendIdleTimeout) {
  Config with_idle = config();
  timeouts(with_idle).idle = long_idle;
  Proxy proxy(with_idle);
  auto [client, endpoint] = open_session(proxy, backend_);
  expect_kept_alive(client, endpoint);
  EXPECT_TRUE(client.is_reset());
  EXPECT_GE(proxy.end().duration, 2 * long_idle);
}

TEST_F(Deadlines, EndpointBytesAloneExtendIdleTimeout) {
  Config with_idle = config();
  timeouts(with_idle).idle = long_idle;
  Proxy proxy(with_idle);
  auto [client, endpoint] = open_session(proxy, backend_);
  expect_kept_alive(endpoint, client);
  EXPECT_TRUE(endpoint.is_reset());
  EXPECT_GE(proxy.end().duration, 2 * long_idle);
}

TEST_F(Deadlines, IdleTimeoutResetsStuckReader) {
  const std::string bytes = pattern(64 << 20);
  Config with_idle = config();
  timeouts(with_idle).idle = 2s;
  Proxy proxy(with_idle);
  auto [client, endpoint] = open_session(proxy, backend_);
  try {
    client.send(bytes);
    FAIL() << "nobody read it";
  } catch (const std::exception&) {
    // It waited for room when the reset came.
  }
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "idle_timeout");
  EXPECT_GT(end.upstream_bytes.undelivered, 0u);
  EXPECT_EQ(endpoint.drain(), ECONNRESET);
}

TEST_F(Deadlines, HalfClosedTimeoutFollowsFirstEnd) {
  Config half_closed = config();
  timeouts(half_closed).half_closed = 2s;
  Proxy proxy(half_closed);
  auto [client, endpoint] = open_session(proxy, backend_);
  client.end();
  EXPECT_TRUE(endpoint.at_end());
  EXPECT_TRUE(client.is_reset());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "half_closed_timeout");
  EXPECT_GE(end.duration, 2s);
}

TEST_F(Deadlines, HalfClosedTimeoutOutlastsIdleTimeout) {
  Config half_closed = config();
  timeouts(half_closed).idle = 1s;
  timeouts(half_closed).half_closed = 3s;
  Proxy proxy(half_closed);
  auto [client, endpoint] = open_session(proxy, backend_);
  client.end();
  EXPECT_TRUE(client.is_reset());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "half_closed_timeout");
  EXPECT_GE(end.duration, 3s);
}

TEST_F(Deadlines, RemainingDirectionExtendsHalfClosedTimeout) {
  Config half_closed = config();
  timeouts(half_closed).half_closed = long_idle;
  Proxy proxy(half_closed);
  auto [client, endpoint] = open_session(proxy, backend_);
  client.end();
  EXPECT_TRUE(endpoint.at_end());
  for (int i = 0; i < 40; ++i) {
    endpoint.send("x");
    EXPECT_EQ(client.receive(1), "x");
    ASSERT_FALSE(client.readable_within(100ms)) << "it ended although bytes came";
  }
  endpoint.close();
  EXPECT_TRUE(client.at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "client_finished");
}

TEST_F(Deadlines, LifetimeEndsBusySession) {
  Config with_lifetime = config();
  timeouts(with_lifetime).lifetime = 500ms;
  timeouts(with_lifetime).lifetime_jitter = 0;
  Proxy proxy(with_lifetime);
  auto [client, endpoint] = open_session(proxy, backend_);
  try {
    while (true) {
      client.send("are we there yet");
      (void)endpoint.receive(16);
    }
  } catch (const std::exception&) {
    // We are.
  }
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "lifetime");
  EXPECT_GE(end.duration, 500ms);
  EXPECT_LT(end.duration, patience);
}

TEST_F(Deadlines, JitterShortensLifetimesAtRandom) {
  Config with_lifetime = config();
  timeouts(with_lifetime).lifetime = 3s;
  timeouts(with_lifetime).lifetime_jitter = 60;
  Proxy proxy(with_lifetime);
  const std::vector<Pair> sessions = open_sessions(proxy, backend_, 20);
  const std::vector<SessionEnd> ends = proxy.ends(20);
  const auto [shortest, longest] = std::ranges::minmax(ends, {}, &SessionEnd::duration);
  EXPECT_GE(shortest.duration, 1'200ms);
  EXPECT_LT(longest.duration, patience);
  EXPECT_GT(longest.duration - shortest.duration, 100ms) << "they ended together";
}

TEST_F(Deadlines, DeadlinesThatAreOffEndNothing) {
  Config off = config();
  timeouts(off).idle = timeouts(off).half_closed = timeouts(off).lifetime = 0ms;
  Proxy proxy(off);
  auto [client, endpoint] = open_session(proxy, backend_);
  EXPECT_FALSE(client.readable_within(500ms));
  client.end();
  EXPECT_TRUE(endpoint.at_end());
  EXPECT_FALSE(client.readable_within(500ms));
  endpoint.send("still here");
  EXPECT_EQ(client.receive(10), "still here");
}

}  // namespace
}  // namespace duplexd::test
