#include "tests/support/proxy.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string_view>

namespace duplexd::test {
namespace {

constexpr std::size_t sixty_four_mebibytes = 64 << 20;
constexpr int kernel_buffer = 64 << 10;
constexpr std::size_t chain_buffer = 64 << 10;

// Once the endpoint is the one that does not read and once the client. The kernel's buffers have a known
// size. Bulk is copied; full_pipe_test has readers that are slow to take it from a pipe.
class SlowReader : public testing::TestWithParam<const char*> {
 protected:
  SlowReader() : proxy_(config()) {
    session_.client =
        Peer::connect(proxy_.address(), {.receive_buffer = kernel_buffer, .send_buffer = kernel_buffer});
    session_.endpoint = backend_.accept();
  }

  Config config() {
    backend_.set_buffers(kernel_buffer, kernel_buffer);
    Config config = proxy_config({backend_.address()});
    config.listeners[0].zero_copy = ZeroCopy::off;
    for (SocketOptions* leg : {&config.listeners[0].client, &config.upstreams[0].endpoint})
      leg->receive_buffer = leg->send_buffer = kernel_buffer;
    return config;
  }

  bool endpoint_reads() const { return GetParam() == std::string_view("Endpoint"); }
  Peer& reader() { return endpoint_reads() ? session_.endpoint : session_.client; }
  Peer& source() { return endpoint_reads() ? session_.client : session_.endpoint; }
  DirectionBytes direction(const SessionEnd& end) const {
    return endpoint_reads() ? end.upstream_bytes : end.downstream_bytes;
  }

  Backend backend_;
  Proxy proxy_;
  Pair session_;
  const std::string bytes_ = pattern(sixty_four_mebibytes);
};

INSTANTIATE_TEST_SUITE_P(Is, SlowReader, testing::Values("Endpoint", "Client"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(SlowReader, SlowReaderStopsTheSender) {
  const std::size_t taken = fill(source(), bytes_);
  // Two sockets per leg; the kernel doubles the size that it is asked for.
  EXPECT_LE(taken, 4 * 2 * std::size_t{kernel_buffer} + chain_buffer);

  proxy_.abort();
  const SessionEnd end = proxy_.end();
  EXPECT_EQ(to_word(end.reason), "stopped");
  EXPECT_GT(direction(end).undelivered, 0u);
  EXPECT_LE(direction(end).undelivered, chain_buffer);
  EXPECT_EQ(reader().drain(), ECONNRESET) << "it did not get everything, and is told";
}

TEST_P(SlowReader, ResumedReaderGetsEveryByte) {
  const std::size_t taken = fill(source(), bytes_);
  ASSERT_LT(taken, bytes_.size());
  auto rest = std::async(std::launch::async, [&] {
    source().send(std::string_view(bytes_).substr(taken));
    source().end();
  });
  EXPECT_TRUE(receive_in_pieces(reader(), 1, 1 << 20) == bytes_);
  rest.get();
  reader().end();

  const SessionEnd end = proxy_.end();
  EXPECT_EQ(direction(end).read, bytes_.size());
  EXPECT_EQ(direction(end).undelivered, 0u);
  // fill() saw it stand still for a second.
  EXPECT_GE(direction(end).stalled, std::chrono::milliseconds(500));
  EXPECT_LE(direction(end).stalled, end.duration);
  const Totals::Listener counted = proxy_.listener();
  EXPECT_GT(endpoint_reads() ? counted.upstream_stalls : counted.downstream_stalls, 0u);
  EXPECT_EQ(endpoint_reads() ? counted.downstream_stalls : counted.upstream_stalls, 0u);
}

TEST_P(SlowReader, OtherDirectionFlowsBesideSlowReader) {
  ASSERT_LT(fill(source(), bytes_), bytes_.size());
  for (int i = 0; i < 100; ++i) {
    reader().send("ping");
    EXPECT_EQ(source().receive(4), "ping");
  }
}

TEST_P(SlowReader, OtherSessionsFlowBesideSlowReader) {
  ASSERT_LT(fill(source(), bytes_), bytes_.size());
  for (Pair& session : open_sessions(proxy_, backend_, 20)) {
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
    session.endpoint.send("pong");
    EXPECT_EQ(session.client.receive(4), "pong");
  }
}

TEST(SlowReaders, TwoSlowReadersGetEveryByte) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  auto [client, endpoint] = open_session(proxy, backend);
  const std::string upload = pattern(sixty_four_mebibytes, 1);
  const std::string download = pattern(sixty_four_mebibytes, 2);
  const std::size_t up = fill(client, upload);
  const std::size_t down = fill(endpoint, download);
  ASSERT_LT(up, upload.size());
  ASSERT_LT(down, download.size());

  const Exchange rest = exchange(client, endpoint, std::string_view(upload).substr(up),
                                 std::string_view(download).substr(down), 1 << 20);
  EXPECT_TRUE(rest.at_endpoint == upload);
  EXPECT_TRUE(rest.at_client == download);
  EXPECT_GT(proxy.end().upstream_bytes.stalled.count(), 0);
}

}  // namespace
}  // namespace duplexd::test
