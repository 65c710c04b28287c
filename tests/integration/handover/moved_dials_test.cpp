#include "tests/integration/handover/two_proxies.hpp"
#include "tests/support/unwilling.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// Sessions that have no endpoint yet when they move.
class MovedDials : public TwoProxies {
 protected:
  Config config() const override {
    Config config = TwoProxies::config();
    config.workers = 2;
    config.upstreams[0].endpoints[0].max_sessions = 1;
    return config;
  }
  Config config_of(const SocketAddress& endpoint) const {
    Config config = proxy_config({endpoint});
    config.listeners[0].timeouts.connect = 2s;
    config.listeners[0].timeouts.handshake = 2s;
    return config;
  }
  /// Each sends its number.
  std::vector<Peer> clients(std::size_t count) {
    std::vector<Peer> all;
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(giver_->connect());
      all.back().send(fmt::format("{:03}", i));
      EXPECT_TRUE(giver_->wait_for_line(i + 1));
    }
    return all;
  }
};

TEST_F(MovedDials, DialledSessionIsServed) {
  giver_.reset();
  const SilentBackend silent;
  giver_ = std::make_unique<Proxy>(config_of(silent.address()));
  Peer client = giver_->connect();
  client.send("hello");
  ASSERT_TRUE(giver_->wait_for_live(1));
  EXPECT_EQ(move_to(config_of(backend_.address())).sessions, 1u);
  Peer endpoint = backend_.accept();
  EXPECT_EQ(endpoint.receive(5), "hello");
}

TEST_F(MovedDials, PausedSessionIsServed) {
  const SocketAddress address = backend_.address();
  Config config = config_of(address);
  config.upstreams[0].retry = {.rounds = 100, .pause = 100ms};
  giver_.reset();
  giver_ = std::make_unique<Proxy>(config);
  backend_.close();
  Peer client = giver_->connect();
  client.send("hello");
  ASSERT_TRUE(eventually([&] {
    return giver_->totals().upstreams[0].failed[static_cast<std::size_t>(CloseReason::connect_refused)] > 0;
  }));
  EXPECT_EQ(move_to(config).sessions, 1u);
  backend_ = Backend(address);
  EXPECT_EQ(backend_.accept().receive(5), "hello");
}

TEST_F(MovedDials, HandshakeDeadlineGoesOn) {
  giver_.reset();
  const SilentBackend silent;
  giver_ = std::make_unique<Proxy>(config_of(silent.address()));
  Peer client = giver_->connect();
  EXPECT_FALSE(client.readable_within(1s));
  move_to(config_of(silent.address()));
  EXPECT_TRUE(client.at_end());
  const SessionEnd end = taker_->end();
  EXPECT_EQ(to_word(end.reason), "connect_timeout");
  EXPECT_GE(end.duration, 2s);
  EXPECT_LT(end.duration, 2900ms);
}

TEST_F(MovedDials, WaitingSessionsKeepTheirOrder) {
  Pair session = open_session(*giver_, backend_);
  constexpr std::size_t count = 30;
  std::vector<Peer> waiting = clients(count);
  EXPECT_EQ(move_to(config()).sessions, count + 1);
  ASSERT_TRUE(taker_->wait_for_line(count));
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_FALSE(backend_.called_within(0ms)) << "two sessions at once";
    session.endpoint.reset();
    session.endpoint = backend_.accept();
    EXPECT_EQ(session.endpoint.receive(3), fmt::format("{:03}", i));
  }
}

TEST_F(MovedDials, LineGoesOnAfterFailedHandover) {
  Pair session = open_session(*giver_, backend_);
  constexpr std::size_t count = 10;
  std::vector<Peer> waiting = clients(count);
  auto outcome = begin_giving();
  HandoverMessage sessions = from_giver_.hear("sessions");
  from_giver_.say("failed", "not today");
  EXPECT_EQ(outcome.get().failure, "not today");
  sessions = {};
  for (std::size_t i = 0; i < count; ++i) {
    session.endpoint.reset();
    session.endpoint = backend_.accept();
    EXPECT_EQ(session.endpoint.receive(3), fmt::format("{:03}", i));
  }
}

TEST_F(MovedDials, QueueDeadlineGoesOn) {
  Config config = this->config();
  config.listeners[0].timeouts.queue = 2s;
  ASSERT_EQ(giver_->reload(config), "");
  Pair session = open_session(*giver_, backend_);
  Peer waiting = giver_->connect();
  EXPECT_FALSE(waiting.readable_within(1s));
  move_to(config);
  EXPECT_TRUE(waiting.at_end());
  const SessionEnd end = taker_->end();
  EXPECT_EQ(to_word(end.reason), "queue_timeout");
  EXPECT_GE(end.duration, 2s);
  EXPECT_LT(end.duration, 2900ms);
}

TEST_F(MovedDials, WaitingIsNoPartOfHandshake) {
  Config config = this->config();
  config.listeners[0].timeouts.connect = 500ms;
  config.listeners[0].timeouts.handshake = 500ms;
  ASSERT_EQ(giver_->reload(config), "");
  Pair session = open_session(*giver_, backend_);
  Peer waiting = giver_->connect();
  waiting.send("x");
  EXPECT_FALSE(waiting.readable_within(1s));
  move_to(config);
  session.endpoint.reset();
  EXPECT_EQ(backend_.accept().receive(1), "x");
}

}  // namespace
}  // namespace duplexd::test
