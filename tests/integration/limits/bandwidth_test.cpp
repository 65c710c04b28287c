#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace duplexd::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t mebibyte = 1024 * 1024;

/// How many seconds the bytes take from one peer to the other.
double seconds_for(Peer& sender, Peer& receiver, const std::string& bytes) {
  const auto began = Clock::now();
  std::thread sending([&] { sender.send(bytes); });
  EXPECT_TRUE(receiver.receive(bytes.size()) == bytes);
  sending.join();
  return std::chrono::duration<double>(Clock::now() - began).count();
}

/// How many bytes of each session have come, once they are `enough` together. The clients always have more.
std::vector<std::size_t> shares(std::vector<Pair>& sessions, std::size_t enough) {
  std::vector<std::size_t> delivered(sessions.size());
  const std::string bytes = pattern(64 * 1024);
  EXPECT_TRUE(eventually([&] {
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      (void)sessions[i].client.send_some(bytes);
      if (sessions[i].endpoint.readable_within(std::chrono::milliseconds(1)))
        delivered[i] += sessions[i].endpoint.receive_some(mebibyte).size();
    }
    return std::accumulate(delivered.begin(), delivered.end(), std::size_t{0}) > enough;
  }));
  return delivered;
}

class Bandwidth : public testing::Test {
 protected:
  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  BandwidthConfig& bandwidth_ = config_.listeners[0].bandwidth;
  const std::string bytes_ = pattern(4 * mebibyte);
};

TEST_F(Bandwidth, SessionsDirectionIsHeldBack) {
  bandwidth_.session_downstream = 4 * mebibyte;
  Proxy proxy(config_);
  auto [client, endpoint] = open_session(proxy, backend_);
  const double seconds = seconds_for(endpoint, client, bytes_);
  EXPECT_GT(seconds, 0.75);
}

TEST_F(Bandwidth, SessionsShareThatOfTheListener) {
  bandwidth_.total_upstream = 8 * mebibyte;
  Proxy proxy(config_);
  Pair first = open_session(proxy, backend_);
  Pair second = open_session(proxy, backend_);
  const auto began = Clock::now();
  std::thread other([&] { (void)seconds_for(second.client, second.endpoint, bytes_); });
  (void)seconds_for(first.client, first.endpoint, bytes_);
  other.join();
  EXPECT_GT(std::chrono::duration<double>(Clock::now() - began).count(), 0.75);
}

TEST_F(Bandwidth, NoSessionTakesAll) {
  bandwidth_.total_upstream = mebibyte;
  config_.workers = 1;
  Proxy proxy(config_);
  std::vector<Pair> sessions;
  for (int i = 0; i < 4; ++i) sessions.push_back(open_session(proxy, backend_));
  for (const std::size_t share : shares(sessions, 3 * mebibyte))
    EXPECT_GT(share, mebibyte / 4) << "a third of what is fair";
}

TEST_F(Bandwidth, SplicedBytesCountAsWell) {
  bandwidth_.session_upstream = 64 * mebibyte;
  Proxy proxy(config_);
  auto [client, endpoint] = open_session(proxy, backend_);
  const std::string bulk = pattern(64 * mebibyte);
  EXPECT_GT(seconds_for(client, endpoint, bulk), 0.75);
}

TEST_F(Bandwidth, ReloadHoldsRunningSessionsBack) {
  Proxy proxy(config_);
  auto [client, endpoint] = open_session(proxy, backend_);
  client.send("hello");
  EXPECT_EQ(endpoint.receive(5), "hello");
  bandwidth_.total_upstream = 4 * mebibyte;
  config_.listeners[0].bind.front().address = proxy.address();
  ASSERT_EQ(proxy.reload(config_), "");
  EXPECT_GT(seconds_for(client, endpoint, bytes_), 0.75);
}

TEST_F(Bandwidth, EndFollowsHeldBackBytes) {
  bandwidth_.session_upstream = 2 * mebibyte;
  Proxy proxy(config_);
  Pair session = open_session(proxy, backend_);
  const std::string some = pattern(mebibyte);
  std::thread sending([&] {
    session.client.send(some);
    session.client.end();
  });
  EXPECT_TRUE(session.endpoint.receive_all() == some);
  sending.join();
  session.endpoint.send("answer");
  EXPECT_EQ(session.client.receive(6), "answer");
}

TEST_F(Bandwidth, ResetShowsBehindHeldBackBytes) {
  bandwidth_.session_upstream = 16 * 1024;
  Proxy proxy(config_);
  auto [client, endpoint] = open_session(proxy, backend_);
  client.send(pattern(64 * 1024));
  (void)endpoint.receive(100);
  client.reset();
  EXPECT_NE(endpoint.drain(), 0);
  EXPECT_EQ(proxy.end().reason, CloseReason::client_reset);
}

}  // namespace
}  // namespace duplexd::test
