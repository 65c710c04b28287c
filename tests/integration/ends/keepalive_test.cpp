#include "tests/support/keepalive_timer.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace duplexd::test {
namespace {

class KeepaliveTest : public testing::Test {
 protected:
  /// After a session is a second old, on the side of the client and on that of the endpoint.
  std::pair<bool, bool> timers(bool enabled) {
    Backend backend;
    Config config = proxy_config({backend.address()});
    config.listeners[0].client.keepalive.enabled = enabled;
    config.upstreams[0].endpoint.keepalive.enabled = enabled;
    Proxy proxy(config);
    Pair session = open_session(proxy, backend);
    const auto age = [start = std::chrono::steady_clock::now()] {
      return std::chrono::steady_clock::now() - start;
    };
    const std::uint16_t ours = session.endpoint.remote().port();
    const auto endpoint_has = [&] { return has_keepalive_timer(ours, backend.address().port()); };
    EXPECT_TRUE(eventually([&] { return endpoint_has() || (!enabled && age() > std::chrono::seconds(2)); }));
    return {has_keepalive_timer(proxy.address().port(), session.client.local().port()), endpoint_has()};
  }
};

TEST_F(KeepaliveTest, KeepaliveWatchesBothSides) { EXPECT_EQ(timers(true), std::pair(true, true)); }

TEST_F(KeepaliveTest, KeepaliveOffSetsNoTimer) { EXPECT_EQ(timers(false), std::pair(false, false)); }

}  // namespace
}  // namespace duplexd::test
