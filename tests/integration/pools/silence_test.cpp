#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// An endpoint that serves each client with one byte.
class Serving {
 public:
  ~Serving() {
    stop_ = true;
    thread_.join();
  }
  SocketAddress address() const { return backend_.address(); }
  void fall_silent() { backend_.fall_silent(); }

 private:
  void serve() {
    while (!stop_) {
      if (!backend_.called_within(20ms)) continue;
      Peer peer = backend_.accept();
      peer.send("x");
      peer.close();
    }
  }

  Backend backend_;
  std::atomic<bool> stop_{false};
  std::thread thread_{[this] { serve(); }};
};

constexpr std::size_t client_count = 1'000;

/// So many clients at a time, until all were served. Does something in the middle.
void serve_clients(const Proxy& proxy, std::size_t at_a_time, const std::function<void()>& midway = {}) {
  std::atomic<std::size_t> left{client_count};
  std::atomic<std::size_t> served{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < at_a_time; ++i) {
    threads.emplace_back([&] {
      for (std::size_t mine = left--; mine > 0 && mine <= client_count; mine = left--) {
        if (mine == client_count / 2 && midway) midway();
        Peer client = proxy.connect();
        served += client.receive_all() == "x";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, client_count);
}

/// How many of the clients waited until an attempt had taken too long.
std::ptrdiff_t waited(Proxy& proxy, Duration connect) {
  return std::ranges::count_if(proxy.ends(client_count),
                               [&](const SessionEnd& end) { return end.connecting >= connect; });
}

/// Each test runs with clients one by one, and with many at a time.
class SilenceTest : public testing::TestWithParam<std::size_t> {
 protected:
  /// No trial comes while the test lasts: its client waits for a second, too.
  Config config(const std::vector<SocketAddress>& endpoints) const {
    Config config = proxy_config(endpoints);
    config.listeners[0].timeouts.connect = connect_;
    config.upstreams[0].passive.ejection = config.upstreams[0].passive.longest = 1h;
    return config;
  }

  // One by one three of them wait in turn; many would not notice a short time.
  const Duration connect_ = GetParam() == 1 ? 1s : 2s;
};

TEST_P(SilenceTest, FewClientsWaitForSilence) {
  const Serving one;
  const SilentBackend silent;
  const Serving other;
  Proxy proxy(config({one.address(), silent.address(), other.address()}));
  serve_clients(proxy, GetParam());
  EXPECT_LE(waited(proxy, connect_), 3);
}

TEST_P(SilenceTest, FewWaitForSuddenSilence) {
  const Serving one;
  Serving silent;
  const Serving other;
  Proxy proxy(config({one.address(), silent.address(), other.address()}));
  serve_clients(proxy, GetParam(), [&] { silent.fall_silent(); });
  EXPECT_LE(waited(proxy, connect_), 3);
  EXPECT_GT(proxy.totals().upstreams[0].failed[static_cast<std::size_t>(CloseReason::connect_timeout)], 0u);
}

INSTANTIATE_TEST_SUITE_P(AtATime, SilenceTest, testing::Values(1, 20),
                         [](const auto& of) { return std::to_string(of.param); });

TEST(Silence, TrialsKeepNobodyWaiting) {
  const Serving serving;
  const SilentBackend silent;
  Config config = proxy_config({serving.address(), silent.address()});
  config.listeners[0].timeouts.connect = 2s;
  config.upstreams[0].passive.failures = 1;
  config.upstreams[0].passive.ejection = 50ms;
  config.upstreams[0].passive.longest = 50ms;
  Proxy proxy(config);
  std::size_t clients = 0;
  const auto timed_out = [&] {
    Peer client = proxy.connect();
    EXPECT_EQ(client.receive_all(), "x");
    ++clients;
    return proxy.totals().upstreams[0].failed[static_cast<std::size_t>(CloseReason::connect_timeout)];
  };
  EXPECT_TRUE(eventually([&] { return timed_out() >= 2; })) << "a trial was made";
  const auto ends = proxy.ends(clients);
  EXPECT_LE(std::ranges::count_if(ends, [](const SessionEnd& end) { return end.connecting >= 2s; }), 1);
}

}  // namespace
}  // namespace duplexd::test
