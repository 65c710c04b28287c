#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

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
  bandwidth_.session_upstream = 1024;
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
