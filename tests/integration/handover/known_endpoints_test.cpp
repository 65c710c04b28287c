#include "tests/integration/handover/two_proxies.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

constexpr int many_clients = 20;

/// One of two endpoints is down by its checks, which go to another port, and would take sessions. The taker
/// makes no check of its own during a test.
class KnownEndpoints : public TwoProxies {
 protected:
  Config config() const override { return config_checked_every(1h); }

  void SetUp() override {
    giver_ = std::make_unique<Proxy>(config_checked_every(20ms));
    EXPECT_TRUE(eventually([&] { return has_noticed(*giver_, Notice::Kind::endpoint_down); }));
  }

  Config config_checked_every(Duration interval) const {
    Config config = proxy_config({backend_.address(), down_.address()});
    CheckConfig& check = config.upstreams[0].check;
    check.type = CheckType::tcp;
    check.port = checked_.address().port();
    check.interval = interval;
    return config;
  }

  static bool has_noticed(const Proxy& proxy, Notice::Kind kind) {
    return std::ranges::count(proxy.notices(), kind, &Notice::kind) > 0;
  }
  void expect_only_other_serves() {
    for (int i = 0; i < many_clients; ++i) {
      Pair session = open_session(*taker_, backend_);
      close_in_order(session);
    }
    EXPECT_FALSE(down_.called_within(0ms));
    EXPECT_FALSE(has_noticed(*taker_, Notice::Kind::endpoint_down)) << "it is no news";
  }

  Backend checked_;  // on 127.0.0.1, as backend_
  Backend down_{*SocketAddress::parse("127.0.0.2:0")};
};

TEST_F(KnownEndpoints, DownEndpointGetsNoSession) {
  Pair session = open_session(*giver_, backend_);
  EXPECT_EQ(hand_over().sessions, 1u);
  expect_only_other_serves();
  close_in_order(session);
}

TEST_F(KnownEndpoints, ParkedKnowledgeIsTaken) {
  auto [giving, parked] = HandoverChannel::make();
  EXPECT_EQ(giver_->give(std::move(giving), Giving::To::nobody_yet).failure, "");
  make_taker(config(), std::move(parked));
  giver_.reset();
  EXPECT_EQ(taker_->taken().first, Taking::End::serves);
  expect_only_other_serves();
}

TEST_F(KnownEndpoints, ComesBackByItsChecks) {
  EXPECT_EQ(hand_over(config_checked_every(20ms)).failure, "");
  const Backend up(*SocketAddress::parse("127.0.0.2:" + std::to_string(checked_.address().port())));
  EXPECT_TRUE(eventually([&] { return has_noticed(*taker_, Notice::Kind::endpoint_up); }));
}

TEST_F(KnownEndpoints, WithoutChecksAllServe) {
  EXPECT_EQ(hand_over(proxy_config({backend_.address(), down_.address()})).failure, "");
  const Peer first = taker_->connect();
  const Peer second = taker_->connect();
  EXPECT_TRUE(down_.called_within(patience));
}

/// One of two endpoints has been ejected by what sessions say.
class EjectedEndpoint : public TwoProxies {
 protected:
  Config config() const override { return proxy_config({backend_.address(), nobody_}); }
  void SetUp() override {
    {
      const Backend gone;
      nobody_ = gone.address();
    }
    giver_ = std::make_unique<Proxy>(config());
  }
  SocketAddress nobody_;
};

TEST_F(EjectedEndpoint, StaysEjected) {
  for (int i = 0; i < many_clients; ++i) {
    Pair session = open_session(*giver_, backend_);
    close_in_order(session);
  }
  const auto failed = CloseReason::connect_refused;
  EXPECT_GT(giver_->totals().upstreams[0].endpoints[1].failed[static_cast<std::size_t>(failed)], 0u);
  EXPECT_EQ(hand_over().failure, "");
  const auto before = taker_->totals().upstreams[0].endpoints[1].chosen;
  for (int i = 0; i < many_clients; ++i) {
    Pair session = open_session(*taker_, backend_);
    close_in_order(session);
  }
  EXPECT_EQ(taker_->totals().upstreams[0].endpoints[1].chosen, before);
}

}  // namespace
}  // namespace duplexd::test
