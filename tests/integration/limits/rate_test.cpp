#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Peer connect_from(const Proxy& proxy, const char* source) {
  return Peer::connect(proxy.address(), {.source = address_of(source)});
}

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

TEST_F(Rates, SourcesHaveRatesOfTheirOwn) {
  listener_.limits.per_source_rate = 1;
  listener_.limits.per_source_burst = 3;
  Proxy proxy(config_);
  std::vector<Pair> sessions;
  for (const char* source : {"127.0.0.2:0", "127.0.0.3:0"}) {
    for (int i = 0; i < 3; ++i) {
      Peer client = connect_from(proxy, source);
      sessions.push_back({std::move(client), backend_.accept()});
    }
  }
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(connect_from(proxy, "127.0.0.2:0").at_end());
  EXPECT_EQ(proxy.reasons(5)["source_rate_limit"], 5u);
  EXPECT_EQ(proxy.listener().live, 6u);
}

TEST_F(Rates, SourceMayComeAgainLater) {
  listener_.limits.per_source_rate = 20;
  listener_.limits.per_source_burst = 1;
  Proxy proxy(config_);
  Peer first = connect_from(proxy, "127.0.0.2:0");
  backend_.accept();
  EXPECT_TRUE(eventually([&] {
    Peer client = connect_from(proxy, "127.0.0.2:0");
    return backend_.called_within(20ms);
  }));
  backend_.accept();
}

// The places of clients that were refused are free again.
TEST_F(Rates, RefusedByRateTakeNoPlace) {
  listener_.limits.per_source = 2;
  listener_.limits.per_source_rate = 1;
  listener_.limits.per_source_burst = 1;
  Proxy proxy(config_);
  Peer first = connect_from(proxy, "127.0.0.2:0");
  Peer endpoint = backend_.accept();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(connect_from(proxy, "127.0.0.2:0").at_end());
  EXPECT_EQ(proxy.reasons(10)["source_rate_limit"], 10u);
}

TEST_F(Rates, RefusedSourceLeavesOthersTheRate) {
  listener_.limits.rate = 5;
  listener_.limits.burst = 5;
  listener_.limits.per_source_rate = 1;
  listener_.limits.per_source_burst = 1;
  Proxy proxy(config_);
  const auto began = Clock::now();
  Peer first = connect_from(proxy, "127.0.0.2:0");
  backend_.accept();
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(connect_from(proxy, "127.0.0.2:0").at_end());
  Peer other = connect_from(proxy, "127.0.0.3:0");
  backend_.accept();
  EXPECT_LT(Clock::now() - began, 5s) << "at five a second fifty take ten";
}

TEST_F(Rates, ReloadChangesTheRateOfSources) {
  listener_.limits.per_source_rate = 1;
  listener_.limits.per_source_burst = 1;
  Proxy proxy(config_);
  Peer first = proxy.connect();
  backend_.accept();
  EXPECT_TRUE(proxy.connect().at_end());
  listener_.limits.per_source_rate = 1'000'000;
  listener_.limits.per_source_burst = 0;
  listener_.bind.front().address = proxy.address();
  EXPECT_EQ(proxy.reload(config_), "");
  for (int i = 0; i < 20; ++i) {
    Peer client = proxy.connect();
    backend_.accept();
  }
  listener_.limits.per_source_rate = 0;
  EXPECT_EQ(proxy.reload(config_), "");
  Peer last = proxy.connect();
  backend_.accept();
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
