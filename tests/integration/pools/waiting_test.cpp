#include "tests/support/proxy.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

/// A proxy in front of one endpoint that takes few sessions at once.
class WaitingTest : public testing::Test {
 protected:
  Config limited(std::size_t most) const {
    Config config = proxy_config({backend_.address()});
    config.upstreams[0].endpoints[0].max_sessions = most;
    return config;
  }
  /// Sends its number, by which the endpoint knows it.
  static Peer client(const Proxy& proxy, std::size_t number) {
    Peer client = proxy.connect();
    client.send(fmt::format("{:03}", number));
    return client;
  }
  struct Served {
    std::size_t number;
    Peer endpoint;
  };
  Served accept() {
    Peer endpoint = backend_.accept();
    const std::size_t number = std::stoul(endpoint.receive(3));
    return {number, std::move(endpoint)};
  }
  bool nobody_calls() const { return !backend_.called_within(0ms); }

  Backend backend_;
};

TEST_F(WaitingTest, NeverElevenNobodyLost) {
  constexpr std::size_t count = 500;
  Proxy proxy(limited(10));
  std::vector<Peer> clients;
  for (std::size_t i = 0; i < count; ++i) clients.push_back(client(proxy, i));
  ASSERT_TRUE(proxy.wait_for_live(count));
  std::deque<Served> served;
  std::vector<bool> seen(count);
  for (std::size_t i = 0; i < count; ++i) {
    served.push_back(accept());
    EXPECT_FALSE(seen[served.back().number]);
    seen[served.back().number] = true;
    if (served.size() < 10) continue;
    EXPECT_TRUE(nobody_calls()) << "an eleventh";
    EXPECT_LE(proxy.totals().upstreams[0].endpoints[0].live, 10u);
    clients[served.front().number].close();
    EXPECT_TRUE(served.front().endpoint.at_end());
    served.pop_front();
  }
  clients.clear();
  served.clear();
  EXPECT_EQ(proxy.reasons(count), (std::map<std::string, std::size_t>{{"client_finished", count}}));
}

// One worker accepts in the order in which clients connect.
TEST_F(WaitingTest, FirstComeIsFirstServed) {
  Config config = limited(2);
  config.workers = 1;
  Proxy proxy(config);
  std::vector<Peer> clients;
  for (std::size_t i = 0; i < 100; ++i) clients.push_back(client(proxy, i));
  std::deque<Served> served;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    if (i >= 2) {
      clients[i - 2].close();
      EXPECT_TRUE(served.front().endpoint.at_end());
      served.pop_front();
    }
    served.push_back(accept());
    EXPECT_TRUE(i < 2 || served.back().number == i) << i;
  }
}

TEST_F(WaitingTest, LeavingClientsMakeWay) {
  Proxy proxy(limited(1));
  Peer first = client(proxy, 0);
  Served served = accept();
  std::vector<Peer> waiting;
  for (std::size_t i = 1; i <= 5; ++i) {
    waiting.push_back(client(proxy, i));
    ASSERT_TRUE(proxy.wait_for_line(i));
  }
  // They sent bytes: only a reset says that nobody waits for an answer.
  for (const std::size_t left : {0U, 2U, 3U}) waiting[left].reset();
  ASSERT_TRUE(proxy.wait_for_line(2));
  std::size_t sum = 0;
  for (int i = 0; i < 2; ++i) {
    served.endpoint.reset();
    served = accept();
    sum += served.number;
  }
  EXPECT_EQ(sum, 2u + 5u) << "those that are left";
}

TEST_F(WaitingTest, WaitIsLimited) {
  Config config = limited(1);
  config.listeners[0].timeouts.queue = 300ms;
  Proxy proxy(config);
  const Pair session = open_session(proxy, backend_);
  EXPECT_TRUE(proxy.connect().at_end());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "queue_timeout");
  EXPECT_GE(end.duration, 300ms);
  EXPECT_EQ(end.connect_attempts, 0u);
}

TEST_F(WaitingTest, WaitingIsNoPartOfHandshake) {
  Config config = limited(1);
  config.listeners[0].timeouts.connect = 300ms;
  config.listeners[0].timeouts.handshake = 300ms;
  Proxy proxy(config);
  Peer first = client(proxy, 0);
  Served served = accept();
  Peer second = client(proxy, 1);
  EXPECT_FALSE(second.readable_within(700ms)) << "it still waits";
  served.endpoint.reset();
  EXPECT_EQ(accept().number, 1u);
}

TEST_F(WaitingTest, LineIsBounded) {
  Config config = limited(1);
  config.upstreams[0].max_waiting = 2;
  Proxy proxy(config);
  Peer first = client(proxy, 0);
  Served served = accept();
  std::vector<Peer> waiting;
  for (std::size_t i = 1; i <= 2; ++i) {
    waiting.push_back(client(proxy, i));
    ASSERT_TRUE(proxy.wait_for_line(i));
  }
  EXPECT_TRUE(proxy.connect().at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "queue_full");
  for (int i = 0; i < 2; ++i) {
    served.endpoint.reset();
    served = accept();
  }
}

TEST_F(WaitingTest, ReloadMayRaiseTheLimit) {
  Proxy proxy(limited(1));
  std::vector<Peer> clients;
  for (std::size_t i = 0; i < 6; ++i) clients.push_back(client(proxy, i));
  std::vector<Served> served;
  served.push_back(accept());
  ASSERT_TRUE(proxy.wait_for_line(5));
  EXPECT_EQ(proxy.reload(limited(3)), "");
  for (int i = 0; i < 2; ++i) served.push_back(accept());
  EXPECT_TRUE(nobody_calls());
  EXPECT_LE(proxy.totals().upstreams[0].endpoints[0].live, 3u);
  EXPECT_EQ(proxy.reload(limited(0)), "");
  for (int i = 0; i < 3; ++i) served.push_back(accept());
}

TEST_F(WaitingTest, ReloadMayLowerTheLimit) {
  Proxy proxy(limited(3));
  std::vector<Peer> clients;
  for (std::size_t i = 0; i < 4; ++i) clients.push_back(client(proxy, i));
  std::deque<Served> served;
  for (int i = 0; i < 3; ++i) served.push_back(accept());
  ASSERT_TRUE(proxy.wait_for_line(1));
  EXPECT_EQ(proxy.reload(limited(1)), "");
  for (std::size_t left : {3U, 2U}) {
    served.front().endpoint.reset();
    served.pop_front();
    ASSERT_TRUE(proxy.wait_for_live(left));
    EXPECT_TRUE(nobody_calls());
  }
  served.front().endpoint.reset();
  accept();
}

TEST_F(WaitingTest, DrainServesWhoWaits) {
  Proxy proxy(limited(1));
  Peer first = client(proxy, 0);
  Served served = accept();
  Peer second = client(proxy, 1);
  ASSERT_TRUE(proxy.wait_for_line(1));
  proxy.drain();
  served.endpoint.reset();
  EXPECT_EQ(accept().number, 1u);
}

TEST_F(WaitingTest, StopEndsWhoWaits) {
  Proxy proxy(limited(1));
  const Pair session = open_session(proxy, backend_);
  std::vector<Peer> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(proxy.connect());
  ASSERT_TRUE(proxy.wait_for_line(20));
  proxy.abort();
  EXPECT_TRUE(proxy.wait_for_stopped());
  EXPECT_EQ(proxy.reasons(21), (std::map<std::string, std::size_t>{{"stopped", 21}}));
}

TEST_F(WaitingTest, RefusalEndsTheWait) {
  Proxy proxy(limited(1));
  Pair session = open_session(proxy, backend_);
  std::vector<Peer> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(proxy.connect());
  ASSERT_TRUE(proxy.wait_for_line(20));
  backend_.close();
  session.endpoint.reset();
  EXPECT_EQ(proxy.reasons(21),
            (std::map<std::string, std::size_t>{{"connect_refused", 20}, {"endpoint_reset", 1}}));
  backend_ = Backend();  // as many descriptors as before
}

// In a pause a session is at no endpoint: it does not keep the others waiting.
TEST_F(WaitingTest, PausesTakeNoRoom) {
  Config config = limited(1);
  config.upstreams[0].retry.rounds = 100;
  Proxy proxy(config);
  Pair session = open_session(proxy, backend_);
  std::vector<Peer> waiting;
  for (std::size_t i = 1; i <= 5; ++i) waiting.push_back(client(proxy, i));
  ASSERT_TRUE(proxy.wait_for_line(5));
  const SocketAddress address = backend_.address();
  backend_.close();
  session.endpoint.reset();
  const auto refused = [&] {
    return proxy.totals().upstreams[0].failed[static_cast<std::size_t>(CloseReason::connect_refused)];
  };
  ASSERT_TRUE(eventually([&] { return refused() >= 5; }));
  backend_ = Backend(address);
  for (int i = 0; i < 5; ++i) accept().endpoint.reset();
}

}  // namespace
}  // namespace duplexd::test
