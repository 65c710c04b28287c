#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
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

/// So many clients at a time, until all were served.
void serve_clients(const Proxy& proxy, std::size_t at_a_time) {
  std::atomic<std::size_t> left{client_count};
  std::atomic<std::size_t> served{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < at_a_time; ++i) {
    threads.emplace_back([&] {
      while (left.fetch_sub(1) - 1 < client_count) {
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

class SilenceTest : public testing::TestWithParam<std::size_t> {};

TEST_P(SilenceTest, FewClientsWaitForSilence) {
  const Serving one;
  const SilentBackend silent;
  const Serving other;
  Config config = proxy_config({one.address(), silent.address(), other.address()});
  config.listeners[0].timeouts.connect = 2s;
  Proxy proxy(config);
  serve_clients(proxy, GetParam());
  EXPECT_LE(waited(proxy, 2s), 3);
}

INSTANTIATE_TEST_SUITE_P(AtATime, SilenceTest, testing::Values(1, 20),
                         [](const auto& of) { return std::to_string(of.param); });

TEST(Silence, TrialsKeepNobodyWaiting) {
  const Serving serving;
  const SilentBackend silent;
  Config config = proxy_config({serving.address(), silent.address()});
  config.listeners[0].timeouts.connect = 3s;
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
  EXPECT_LE(std::ranges::count_if(ends, [](const SessionEnd& end) { return end.connecting >= 3s; }), 1);
}

}  // namespace
}  // namespace duplexd::test
