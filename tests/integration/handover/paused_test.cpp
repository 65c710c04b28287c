#include "tests/integration/handover/two_proxies.hpp"
#include "tests/support/directory.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// The giver is paused, and has a session. Clients of its Unix socket wait in the backlog.
class PausedHandOver : public TwoProxies {
 protected:
  Config config() const override {
    Config config = TwoProxies::config();
    config.listeners.front().bind.front().address = *SocketAddress::parse("unix:" + path_);
    return config;
  }

  void SetUp() override {
    TwoProxies::SetUp();
    session_.emplace(open_session(*giver_, backend_));
    giver_->pause();
    waiting_.emplace(giver_->connect());
    waiting_->send("waits");
  }

  void expect_accepts_nobody_until_resumed(Proxy& proxy) {
    EXPECT_FALSE(backend_.called_within(200ms));
    EXPECT_EQ(proxy.listener().accepted, 1u);
    proxy.resume();
    Pair next{std::move(*waiting_), backend_.accept()};
    EXPECT_EQ(next.endpoint.receive(5), "waits");
    close_in_order(next);
    close_in_order(*session_);
  }

  const TemporaryDirectory directory_;
  const std::string path_ = directory_.path("listener");
  std::optional<Pair> session_;
  std::optional<Peer> waiting_;
};

TEST_F(PausedHandOver, FailedLeavesGiverPaused) {
  auto outcome = begin_giving();
  from_giver_.hang_up();
  EXPECT_NE(outcome.get().failure, "");
  expect_accepts_nobody_until_resumed(*giver_);
}

TEST_F(PausedHandOver, TakerServesSessionsAlone) {
  EXPECT_EQ(hand_over(config(), NewClients::refused).sessions, 1u);
  expect_goes_on(*session_);
  expect_accepts_nobody_until_resumed(*taker_);
}

}  // namespace
}  // namespace duplexd::test
