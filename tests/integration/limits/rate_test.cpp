#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Rates : public testing::Test {
 protected:
  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  ListenerConfig& listener_ = config_.listeners[0];
};

TEST_F(Rates, RateOfNewSessionsIsHeld) {
  listener_.limits.rate = 200;
  listener_.limits.burst = 1;
  Proxy proxy(config_);
  const auto began = Clock::now();
  for (int i = 0; i < 300; ++i) {
    Peer client = proxy.connect();
    backend_.accept();
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  // A fifth of a second's clients come at once.
  EXPECT_GT(seconds, (300 - 200 / 5) / 200.0 - 0.05);
}

TEST_F(Rates, ClientsAboveTheRateWait) {
  listener_.limits.rate = 10;
  Proxy proxy(config_);
  std::vector<Peer> clients;
  for (int i = 0; i < 15; ++i) clients.push_back(proxy.connect());
  for (int i = 0; i < 15; ++i) backend_.accept();
  EXPECT_TRUE(eventually([&] { return proxy.listener().at_limit > 0; }));
}

TEST_F(Rates, ClientsAboveTheRateAreRefused) {
  listener_.limits.rate = 10;
  listener_.limits.when_full = WhenFull::refuse;
  Proxy proxy(config_);
  std::vector<Peer> clients;
  for (int i = 0; i < 15; ++i) clients.push_back(proxy.connect());
  EXPECT_TRUE(eventually(
      [&] { return proxy.listener().ended[static_cast<std::size_t>(CloseReason::rate_limit)] >= 3; }));
}

TEST_F(Rates, ReloadChangesTheRate) {
  listener_.limits.rate = 1;
  Proxy proxy(config_);
  Peer first = proxy.connect();
  backend_.accept();
  listener_.limits.rate = 0;
  listener_.bind.front().address = proxy.address();
  EXPECT_EQ(proxy.reload(config_), "");
  for (int i = 0; i < 50; ++i) {
    Peer client = proxy.connect();
    backend_.accept();
  }
}

}  // namespace
}  // namespace duplexd::test
