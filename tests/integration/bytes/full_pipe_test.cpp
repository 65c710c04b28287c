#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/splice/splicing.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <future>
#include <optional>
#include <string>
#include <tuple>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t one_mebibyte = 1 << 20;

/// A session with bytes in a pipe, because one side does not read: the endpoint, or the client.
class FullPipe : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  virtual void adapt(Config&) {}

  void SetUp() override {
    Config config = proxy_config({backend_.address()});
    if (!tcp()) config.listeners[0].bind[0].address = directory_.socket("listener");
    adapt(config);
    proxy_.emplace(config);
    session_ = open_session(*proxy_, backend_);
    promote(*proxy_, source(), reader());
    taken_ = fill(source(), bytes_);
    ASSERT_LT(taken_, bytes_.size()) << "the way did not fill up";
    ASSERT_EQ(full_pipes(), 1u) << "what is held is held in a pipe";
  }

  bool tcp() const { return std::get<0>(GetParam()) == "Tcp"; }
  bool endpoint_reads() const { return std::get<1>(GetParam()) == "Endpoint"; }
  Peer& reader() { return endpoint_reads() ? session_.endpoint : session_.client; }
  Peer& source() { return endpoint_reads() ? session_.client : session_.endpoint; }
  DirectionBytes direction(const SessionEnd& end) const {
    return endpoint_reads() ? end.upstream_bytes : end.downstream_bytes;
  }
  void expect_lost_what_one_pipe_held(const SessionEnd& end) {
    EXPECT_GT(direction(end).undelivered, 0u);
    EXPECT_LE(direction(end).undelivered, proxy_->limits().pipes.size);
    EXPECT_TRUE(eventually([] { return full_pipes() == 0; })) << "its bytes are nobody else's";
  }

  const TemporaryDirectory directory_;
  Backend backend_{tcp() ? loopback() : directory_.socket("endpoint")};
  std::optional<Proxy> proxy_;
  Pair session_;
  const std::string bytes_ = pattern(64 * one_mebibyte, 7);
  std::size_t taken_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Over, FullPipe,
                         testing::Combine(testing::Values("Tcp", "Unix"),
                                          testing::Values("Endpoint", "Client")),
                         [](const auto& test) { return std::get<0>(test.param) + std::get<1>(test.param); });

TEST_P(FullPipe, ResumedReaderGetsEveryPipedByte) {
  auto rest = std::async(std::launch::async, [&] {
    source().send(std::string_view(bytes_).substr(taken_));
    source().end();
  });
  EXPECT_TRUE(receive_in_pieces(reader(), 1, one_mebibyte) == bytes_);
  rest.get();
  reader().end();
  const SessionEnd end = proxy_->end();
  EXPECT_EQ(direction(end).undelivered, 0u);
  EXPECT_GT(direction(end).stalled, 500ms) << "fill() saw it stand still for a second";
}

TEST_P(FullPipe, EndComesBehindPipedBytes) {
  source().end();
  EXPECT_TRUE(reader().receive_all() == bytes_.substr(0, taken_));
  for (int i = 0; i < 10; ++i) {
    reader().send("all here");
    EXPECT_EQ(source().receive(8), "all here");
  }
  const std::string answer = pattern(16 * one_mebibyte, 8);
  auto sent = std::async(std::launch::async, [&] {
    reader().send(answer);
    reader().end();
  });
  EXPECT_TRUE(source().receive_all() == answer);
  sent.get();
  EXPECT_EQ(direction(proxy_->end()).undelivered, 0u);
}

TEST_P(FullPipe, ReaderResetReachesSenderPastPipe) {
  reader().reset();
  EXPECT_EQ(source().drain(), ECONNRESET);
  const SessionEnd end = proxy_->end();
  EXPECT_EQ(to_word(end.reason), endpoint_reads() ? "endpoint_reset" : "client_reset");
  expect_lost_what_one_pipe_held(end);
}

TEST_P(FullPipe, SenderResetComesAfterEarlierBytes) {
  if (!tcp()) GTEST_SKIP() << "a Unix socket knows no reset";
  source().reset();
  std::string received;
  try {
    while (true) received += reader().receive_some(one_mebibyte);
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ECONNRESET);
  }
  EXPECT_TRUE(bytes_.starts_with(received));
  EXPECT_EQ(to_word(proxy_->end().reason), endpoint_reads() ? "client_reset" : "endpoint_reset");
  EXPECT_TRUE(eventually([] { return full_pipes() == 0; }));
}

TEST_P(FullPipe, OtherDirectionFlowsBesideFullPipe) {
  for (int i = 0; i < 100; ++i) {
    reader().send("ping");
    EXPECT_EQ(source().receive(4), "ping");
  }
  EXPECT_EQ(full_pipes(), 1u);
}

TEST_P(FullPipe, AbortResetsReaderOfPipedBytes) {
  proxy_->abort();
  EXPECT_TRUE(proxy_->wait_for_stopped());
  const SessionEnd end = proxy_->end();
  EXPECT_EQ(to_word(end.reason), "stopped");
  expect_lost_what_one_pipe_held(end);
  EXPECT_EQ(reader().drain(), tcp() ? ECONNRESET : 0) << "a Unix socket knows no reset";
}

TEST_P(FullPipe, DrainWaitsUntilPipeIsEmpty) {
  proxy_->drain();
  source().close();
  EXPECT_TRUE(reader().receive_all() == bytes_.substr(0, taken_));
  reader().close();
  EXPECT_TRUE(proxy_->wait_for_stopped());
  EXPECT_EQ(direction(proxy_->end()).undelivered, 0u);
}

class FullPipeWithAnIdleTime : public FullPipe {
  void adapt(Config& config) override { config.listeners[0].timeouts.idle = 4s; }
};
INSTANTIATE_TEST_SUITE_P(Over, FullPipeWithAnIdleTime,
                         testing::Combine(testing::Values("Tcp", "Unix"),
                                          testing::Values("Endpoint", "Client")),
                         [](const auto& test) { return std::get<0>(test.param) + std::get<1>(test.param); });

TEST_P(FullPipeWithAnIdleTime, StuckPipeReachesIdleTimeout) {
  const SessionEnd end = proxy_->end();
  EXPECT_EQ(to_word(end.reason), "idle_timeout");
  expect_lost_what_one_pipe_held(end);
  EXPECT_EQ(source().drain(), ECONNRESET);
}

}  // namespace
}  // namespace duplexd::test
