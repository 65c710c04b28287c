// An endpoint is down, and its clients come back faster than they can be turned away.
#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>

namespace duplexd::test {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Generous, for sanitizers on a busy machine. An acceptor that never yields takes 6 s and more.
constexpr auto longest_round_trip = 4s;

/// Connects again and again, without waiting, until it goes.
class Storm {
 public:
  explicit Storm(const SocketAddress& to) : thread_([this, to] { run(to); }) {}
  ~Storm() {
    over_ = true;
    thread_.join();
  }

 private:
  void run(const SocketAddress& to) {
    std::deque<FileDescriptor> sockets;
    while (!over_) {
      sockets.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      ::connect(sockets.back().get(), to.data(), to.size());
      if (sockets.size() > 100) sockets.pop_front();
    }
  }

  std::atomic<bool> over_{false};
  std::thread thread_;
};

/// A session that exchanges a byte each way all the time.
class Neighbour {
 public:
  explicit Neighbour(Pair session)
      : session_(std::move(session)), thread_([this] {
          while (!over_) round_trip();
        }) {}
  ~Neighbour() { stop(); }

  Clock::duration longest() {
    stop();
    return longest_;
  }
  std::size_t round_trips() const { return count_; }

 private:
  void stop() {
    over_ = true;
    if (thread_.joinable()) thread_.join();
  }

  void round_trip() {
    const auto start = Clock::now();
    session_.client.send("x");
    EXPECT_EQ(session_.endpoint.receive(1), "x");
    session_.endpoint.send("y");
    EXPECT_EQ(session_.client.receive(1), "y");
    longest_ = std::max(longest_, Clock::now() - start);
    ++count_;
  }

  Pair session_;
  Clock::duration longest_{};
  std::atomic<std::size_t> count_{0};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

class ConnectionStorm : public testing::Test {
 protected:
  ConnectionStorm() {
    config_.workers = 1;
    with_storm_ = config_;
    UpstreamConfig& dead = with_storm_.upstreams.emplace_back(config_.upstreams[0]);
    dead.name = "dead";
    dead.endpoints = {{.name = refusing_.address().to_string(), .address = refusing_.address()}};
    ListenerConfig& storm = with_storm_.listeners.emplace_back(config_.listeners[0]);
    storm.name = "storm";
    storm.upstream = 1;
  }

  /// Until the storm is there, and goes on.
  static void await_storm(Proxy& proxy) {
    ASSERT_TRUE(eventually([&] {
      const Totals totals = proxy.totals();
      return std::ranges::any_of(totals.listeners, [](const auto& one) { return one.accepted > 1000; });
    }));
  }

  const RefusingAddress refusing_;
  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  Config with_storm_;
};

TEST_F(ConnectionStorm, DoesNotHoldAPauseUp) {
  Proxy proxy(with_storm_);
  Neighbour neighbour(open_session(proxy, backend_));
  {
    const Storm one(proxy.address(1));
    const Storm two(proxy.address(1));
    await_storm(proxy);
    for (int i = 0; i < 3; ++i) {
      proxy.pause();
      proxy.resume();
    }
  }
  EXPECT_LT(neighbour.longest(), longest_round_trip);
  EXPECT_GT(neighbour.round_trips(), 10u);
}

TEST_F(ConnectionStorm, DoesNotHoldAReloadUp) {
  Proxy proxy(with_storm_);
  Neighbour neighbour(open_session(proxy, backend_));
  {
    const Storm one(proxy.address(1));
    const Storm two(proxy.address(1));
    await_storm(proxy);
    EXPECT_EQ(proxy.reload(config_), "") << "the listener is gone";
  }
  EXPECT_LT(neighbour.longest(), longest_round_trip);
}

TEST_F(ConnectionStorm, DoesNotHoldAStopUp) {
  with_storm_.listeners[1].backlog = 128;  // that many are served first, which takes a busy machine its time
  Proxy proxy(with_storm_);
  {
    const Storm one(proxy.address(1));
    const Storm two(proxy.address(1));
    await_storm(proxy);
    proxy.drain();
    EXPECT_TRUE(proxy.wait_for_stopped());
  }
}

}  // namespace
}  // namespace duplexd::test
