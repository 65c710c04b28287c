#include "core/health/health_monitor.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;
using namespace test;

struct Told {
  const void* id;
  bool up;
  std::string words;
};

struct HealthMonitorTest : testing::Test {
  HealthMonitorTest() {
    monitor.emplace(io, [this](const void* id, bool up, std::string_view words) {
      told.push_back({id, up, std::string(words)});
    });
  }

  static std::shared_ptr<const CheckConfig> tcp(const std::function<void(CheckConfig&)>& with = nullptr) {
    CheckConfig config;
    config.type = CheckType::tcp;
    config.interval = 20ms;
    if (with) with(config);
    return std::make_shared<const CheckConfig>(config);
  }
  static std::shared_ptr<const CheckConfig> tcp_within(std::chrono::milliseconds timeout) {
    return tcp([=](CheckConfig& config) { config.timeout = timeout; });
  }

  static Watched watched(const Backend& backend) {
    return {&backend, backend.address(), backend.address().to_string(), {}};
  }

  template <class Condition>
  bool run_until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      io.restart();
      io.run_one_for(50ms);
    }
    return condition();
  }

  Health health(const Backend& backend) { return monitor->state(&backend).value().health.health(); }
  bool is_checked(const Backend& backend) { return monitor->state(&backend).value().last.has_value(); }

  boost::asio::io_context io;
  std::optional<HealthMonitor> monitor;
  std::vector<Told> told;
  Backend one, other;
};

TEST_F(HealthMonitorTest, StartsUnchecked) {
  monitor->watch("pool", {watched(one)}, tcp());
  EXPECT_EQ(health(one), Health::unchecked);
  EXPECT_FALSE(monitor->state(&other));
}

TEST_F(HealthMonitorTest, PassedCheckIsRemembered) {
  monitor->watch("pool", {watched(one)}, tcp());
  ASSERT_TRUE(run_until([&] { return health(one) == Health::up; }));
  const auto state = *monitor->state(&one);
  EXPECT_TRUE(state.last->result.passed());
  EXPECT_EQ(state.last->result.words, "connected");
  EXPECT_NEAR(std::chrono::duration<double>(std::chrono::system_clock::now() - state.since).count(), 0, 20);
  EXPECT_TRUE(told.empty()) << "an unchecked endpoint counts as up";
}

TEST_F(HealthMonitorTest, ChangesAreToldOnce) {
  const auto address = one.address();
  monitor->watch("pool", {watched(one), watched(other)}, tcp());
  ASSERT_TRUE(run_until([&] { return health(one) == Health::up && health(other) == Health::up; }));
  one.close();
  const Watched same{&one, address, "", {}};
  monitor->watch("pool", {same, watched(other)}, tcp());
  ASSERT_TRUE(run_until([&] { return health(one) == Health::down; }));
  one = Backend(address);
  ASSERT_TRUE(run_until([&] { return health(one) == Health::up; }));
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].id, &one);
  EXPECT_FALSE(told[0].up);
  EXPECT_EQ(told[0].words, "refused");
  EXPECT_TRUE(told[1].up);
  EXPECT_EQ(health(other), Health::up);
}

TEST_F(HealthMonitorTest, FirstFailureIsTold) {
  const auto entry = watched(one);
  one.close();
  monitor->watch("pool", {entry}, tcp());
  ASSERT_TRUE(run_until([&] { return !told.empty(); }));
  EXPECT_FALSE(told.front().up);
}

TEST_F(HealthMonitorTest, SilentEndpointGoesDown) {
  const Backend full(loopback(), 0);
  const auto first = Peer::connect(full.address());
  monitor->watch("pool", {watched(full)}, tcp_within(50ms));
  ASSERT_TRUE(run_until([&] { return !told.empty(); }));
  EXPECT_EQ(told.front().words, "no answer in 50ms");
}

TEST_F(HealthMonitorTest, StayingEndpointsKeepTheirState) {
  monitor->watch("pool", {watched(one)}, tcp());
  ASSERT_TRUE(run_until([&] { return health(one) == Health::up; }));
  monitor->watch("pool", {watched(other), watched(one)}, tcp([](CheckConfig& config) { config.rise = 7; }));
  EXPECT_EQ(health(one), Health::up);
  EXPECT_EQ(health(other), Health::unchecked);
  monitor->watch("pool", {watched(other)}, tcp());
  EXPECT_FALSE(monitor->state(&one));
}

TEST_F(HealthMonitorTest, GroupsAreForgottenAlone) {
  monitor->watch("a", {watched(one)}, tcp());
  monitor->watch("b", {watched(other)}, tcp());
  monitor->forget("a");
  EXPECT_FALSE(monitor->state(&one));
  EXPECT_TRUE(monitor->state(&other));
  monitor->watch("b", {watched(other)}, std::make_shared<const CheckConfig>());
  EXPECT_FALSE(monitor->state(&other)) << "a check that is off";
  EXPECT_FALSE(monitor->check_now(&other));
}

TEST_F(HealthMonitorTest, ForgottenCheckEndsWithoutWord) {
  const Backend full(loopback(), 0);
  const auto first = Peer::connect(full.address());
  monitor->watch("pool", {watched(full)}, tcp_within(patience));
  const auto before = open_descriptors();
  ASSERT_TRUE(run_until([&] { return open_descriptors() > before; }));
  monitor->forget("pool");
  ASSERT_TRUE(run_until([&] { return open_descriptors() == before; }));
  EXPECT_TRUE(told.empty());
}

TEST_F(HealthMonitorTest, MonitorMayGoAmidChecks) {
  const Backend full(loopback(), 0);
  const auto first = Peer::connect(full.address());
  monitor->watch("pool", {watched(full)}, tcp_within(patience));
  const auto before = open_descriptors();
  ASSERT_TRUE(run_until([&] { return open_descriptors() > before; }));
  monitor.reset();
  ASSERT_TRUE(run_until([&] { return open_descriptors() == before; }));
  EXPECT_TRUE(told.empty());
}

TEST_F(HealthMonitorTest, CallbackMayForget) {
  const auto entry = watched(one);
  one.close();
  monitor.emplace(io, [&](const void* id, bool up, std::string_view words) {
    told.push_back({id, up, std::string(words)});
    monitor->forget("pool");
  });
  monitor->watch("pool", {entry}, tcp());
  ASSERT_TRUE(run_until([&] { return !told.empty(); }));
  EXPECT_EQ(told.front().words, "refused");
}

TEST_F(HealthMonitorTest, CheckMayBeAskedFor) {
  const auto rare = tcp([](CheckConfig& config) { config.interval = 1h; });
  monitor->watch("pool", {watched(one), watched(other)}, rare);
  EXPECT_TRUE(monitor->check_now(&one));
  EXPECT_TRUE(monitor->check_now(&other));
  EXPECT_TRUE(run_until([&] { return is_checked(one) && is_checked(other); }));
}

TEST_F(HealthMonitorTest, CheckOfEndpointBeginsWithHeader) {
  auto entry = watched(one);
  entry.proxy = ProxyVersion::v2;
  monitor->watch("pool", {entry}, tcp());
  ASSERT_TRUE(run_until([&] { return is_checked(one); }));
  EXPECT_EQ(one.accept().receive(4), "\r\n\r\n");
}

TEST_F(HealthMonitorTest, OwnPortGetsNoHeader) {
  auto entry = watched(one);
  entry.proxy = ProxyVersion::v2;
  monitor->watch("pool", {entry}, tcp([&](CheckConfig& config) { config.port = other.address().port(); }));
  ASSERT_TRUE(run_until([&] { return is_checked(one); }));
  EXPECT_EQ(other.accept().receive_all(), "");
}

TEST_F(HealthMonitorTest, PortOfItsOwnIsChecked) {
  monitor->watch("pool", {watched(one)},
                 tcp([&](CheckConfig& config) { config.port = other.address().port(); }));
  ASSERT_TRUE(run_until([&] { return other.called_within(0ms); }));
  EXPECT_FALSE(one.called_within(0ms));
}

}  // namespace
}  // namespace duplexd
