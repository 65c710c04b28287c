#include "tests/support/proxy.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string_view>

namespace duplexd::test {
namespace {

// Each test runs once with the client as the culprit and once with the endpoint.
class PeerReset : public testing::TestWithParam<const char*> {
 protected:
  // A reset before the session has its endpoint would be a failed connect.
  void SetUp() override { ASSERT_TRUE(proxy_.wait_for_connected(1)); }

  bool by_client() const { return GetParam() == std::string_view("Client"); }
  Peer& culprit() { return by_client() ? session_.client : session_.endpoint; }
  Peer& other() { return by_client() ? session_.endpoint : session_.client; }
  std::string_view reason() const { return by_client() ? "client_reset" : "endpoint_reset"; }
  std::uint64_t delivered_to_other() {
    return by_client() ? proxy_.listener().upstream_bytes : proxy_.listener().downstream_bytes;
  }
  DirectionBytes from_culprit(const SessionEnd& end) const {
    return by_client() ? end.upstream_bytes : end.downstream_bytes;
  }
  DirectionBytes from_other(const SessionEnd& end) const {
    return by_client() ? end.downstream_bytes : end.upstream_bytes;
  }

  Backend backend_;
  Proxy proxy_{proxy_config({backend_.address()})};
  Pair session_ = open_session(proxy_, backend_);
};

INSTANTIATE_TEST_SUITE_P(By, PeerReset, testing::Values("Client", "Endpoint"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(PeerReset, IdlePeerResetReachesOtherSide) {
  culprit().reset();
  EXPECT_TRUE(other().is_reset());
  const SessionEnd end = proxy_.end();
  EXPECT_EQ(to_word(end.reason), reason());
  EXPECT_EQ(end.error, ECONNRESET);
}

TEST_P(PeerReset, ResetComesAfterEarlierBytes) {
  culprit().send("before the reset");
  EXPECT_EQ(other().receive(6), "before");
  ASSERT_TRUE(eventually([&] { return delivered_to_other() == 16; }));
  culprit().reset();
  EXPECT_EQ(other().receive(10), " the reset");
  EXPECT_TRUE(other().is_reset());
  EXPECT_EQ(to_word(proxy_.end().reason), reason());
}

TEST_P(PeerReset, ReceiverResetStopsSender) {
  const std::string bytes = pattern(64 << 10);
  for (int i = 0; i < 16; ++i) {
    other().send(bytes);
    EXPECT_TRUE(culprit().receive(bytes.size()) == bytes);
  }
  other().send(bytes);
  culprit().reset();
  EXPECT_EQ(other().drain(), ECONNRESET);
  EXPECT_EQ(to_word(proxy_.end().reason), reason());
}

TEST_P(PeerReset, SenderResetCutsStreamWithReset) {
  const std::string bytes = pattern(1 << 20);
  culprit().send(bytes);
  const std::string begin = other().receive(100'000);
  EXPECT_TRUE(bytes.starts_with(begin));
  culprit().reset();
  EXPECT_EQ(other().drain(), ECONNRESET);
  EXPECT_EQ(to_word(proxy_.end().reason), reason());
}

TEST_P(PeerReset, ResetIsSeenBehindHeldBytes) {
  const std::string bytes = pattern(64 << 20);
  const std::size_t taken = fill(culprit(), bytes);
  ASSERT_LT(taken, bytes.size());
  culprit().reset();

  std::string received;
  try {
    while (true) received += other().receive_some(1 << 20);
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ECONNRESET);
  }
  EXPECT_TRUE(bytes.starts_with(received));
  EXPECT_EQ(to_word(proxy_.end().reason), reason());
}

TEST_P(PeerReset, SlowReaderResetLosesHeldBytes) {
  const std::string bytes = pattern(64 << 20);
  ASSERT_LT(fill(other(), bytes), bytes.size());
  culprit().reset();
  EXPECT_EQ(other().drain(), ECONNRESET);
  const SessionEnd end = proxy_.end();
  EXPECT_EQ(to_word(end.reason), reason());
  EXPECT_GT(from_other(end).undelivered, 0u);
  EXPECT_LE(from_other(end).undelivered, proxy_.limits().pipes.size) << "what one pipe holds";
}

TEST_P(PeerReset, ResetAfterEndClosesInOrder) {
  culprit().send("complete");
  culprit().end();
  EXPECT_EQ(other().receive_all(), "complete");
  culprit().reset();
  const SessionEnd end = proxy_.end();
  EXPECT_EQ(to_word(end.reason), reason());
  EXPECT_EQ(other().drain(), 0) << "what it had sent was whole";
  EXPECT_EQ(from_culprit(end).undelivered, 0u);
}

TEST_P(PeerReset, ResetReachesSideThatHasFinished) {
  other().send("a request");
  other().end();
  EXPECT_EQ(culprit().receive_all(), "a request");
  culprit().send("half an ans");
  EXPECT_EQ(other().receive(11), "half an ans");
  culprit().reset();
  EXPECT_TRUE(other().is_reset());
  EXPECT_EQ(to_word(proxy_.end().reason), reason());
}

TEST_P(PeerReset, ResetAfterEndStopsIncomingStream) {
  culprit().end();
  EXPECT_TRUE(other().at_end());
  const std::string bytes = pattern(64 << 20);
  ASSERT_LT(fill(other(), bytes), bytes.size());
  culprit().reset();
  EXPECT_NE(other().broken_by(), 0);
  EXPECT_EQ(to_word(proxy_.end().reason), reason());
}

TEST_P(PeerReset, CloseWithUnreadBytesResets) {
  other().send("nobody reads this");
  ASSERT_TRUE(eventually([&] {
    const Totals::Listener listener = proxy_.listener();
    return listener.upstream_bytes + listener.downstream_bytes == 17;
  }));
  culprit().close();
  EXPECT_TRUE(other().is_reset());
  EXPECT_EQ(to_word(proxy_.end().reason), reason());
}

TEST(PeerResetBehindStuckBytes, ResetBehindStuckBytesTimesOut) {
  const std::string bytes = pattern(64 << 20);
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].timeouts.half_closed = std::chrono::milliseconds(300);
  Proxy proxy(config);
  auto [client, endpoint] = open_session(proxy, backend);
  ASSERT_LT(fill(client, bytes), bytes.size());
  client.reset();
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "client_reset");
  EXPECT_GT(end.upstream_bytes.undelivered, 0u);
  EXPECT_EQ(endpoint.drain(), ECONNRESET);
}

}  // namespace
}  // namespace duplexd::test
