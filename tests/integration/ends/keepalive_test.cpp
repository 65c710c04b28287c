#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

namespace duplexd::test {
namespace {

/// Whether the kernel has a keepalive timer for the connection of this process from `local` to `remote`, both
/// on 127.0.0.1: "02:" and when it is due, in proc_pid_net(5), tcp.
bool has_keepalive_timer(std::uint16_t local, std::uint16_t remote) {
  std::ifstream table("/proc/self/net/tcp");
  for (std::string line; std::getline(table, line);) {
    unsigned from = 0;
    unsigned to = 0;
    unsigned timer = 0;
    const bool read =
        std::sscanf(line.c_str(), " %*d: %*x:%x %*x:%x %*x %*x:%*x %x:", &from, &to, &timer) == 3;
    if (read && from == local && to == remote) return timer == 2;
  }
  return false;
}

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
