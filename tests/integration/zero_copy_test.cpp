#include "core/session/bulk.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/traffic.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mebibyte = 1 << 20;

/// What waits in each pipe that has both its ends in this process: the daemon's are of that kind.
std::vector<std::size_t> pipe_contents() {
  std::map<std::string, std::array<int, 2>> ends;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code closed_meanwhile;
    const std::string what = std::filesystem::read_symlink(entry, closed_meanwhile).string();
    const int fd = std::stoi(entry.path().filename());
    if (what.starts_with("pipe:")) ends[what][(::fcntl(fd, F_GETFL) & O_WRONLY) != 0] = fd;
  }
  std::vector<std::size_t> contents;
  for (const auto& [pipe, fds] : ends) {
    int bytes = 0;
    if (fds[0] > 0 && fds[1] > 0 && ::ioctl(fds[0], FIONREAD, &bytes) == 0)
      contents.push_back(static_cast<std::size_t>(bytes));
  }
  return contents;
}

std::size_t full_pipes() {
  const auto contents = pipe_contents();
  return contents.size() - static_cast<std::size_t>(std::ranges::count(contents, 0u));
}

/// Sends bulk from one side to the other until some of it has gone by pipe.
void promote(Proxy& proxy, Peer& from, Peer& to) {
  const std::uint64_t before = proxy.listener().spliced_bytes;
  const std::string bytes = pattern(4 * mebibyte);
  for (int i = 0; i < 16 && proxy.listener().spliced_bytes == before; ++i) {
    auto sent = std::async(std::launch::async, [&] { from.send(bytes); });
    EXPECT_TRUE(to.receive(bytes.size()) == bytes);
    sent.get();
  }
  ASSERT_GT(proxy.listener().spliced_bytes, before) << "it is copied, however much comes";
}

std::string text_of(const testing::TestParamInfo<std::tuple<std::string, std::string>>& test) {
  return std::get<0>(test.param) + std::get<1>(test.param);
}

/// A session with bytes in a pipe, because one side does not read: the endpoint, or the client.
class ZeroCopyWithAReaderThatStandsStill
    : public testing::TestWithParam<std::tuple<std::string, std::string>> {
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
  DirectionRecord record(const SessionEnd& end) const {
    return endpoint_reads() ? end.upstream_bytes : end.downstream_bytes;
  }
  void expect_lost_what_one_pipe_held(const SessionEnd& end) {
    EXPECT_GT(record(end).undelivered, 0u);
    EXPECT_LE(record(end).undelivered, proxy_->limits().pipes.size);
    EXPECT_TRUE(eventually([] { return full_pipes() == 0; })) << "its bytes are nobody else's";
  }

  const TemporaryDirectory directory_;
  Backend backend_{tcp() ? loopback() : directory_.socket("endpoint")};
  std::optional<Proxy> proxy_;
  Pair session_;
  const std::string bytes_ = pattern(64 * mebibyte, 7);
  std::size_t taken_ = 0;
};

using StandingStill = ZeroCopyWithAReaderThatStandsStill;

INSTANTIATE_TEST_SUITE_P(Over, ZeroCopyWithAReaderThatStandsStill,
                         testing::Combine(testing::Values("Tcp", "Unix"),
                                          testing::Values("Endpoint", "Client")),
                         text_of);

TEST_P(ZeroCopyWithAReaderThatStandsStill, ItGetsEveryByteOnceItReadsAgain) {
  auto rest = std::async(std::launch::async, [&] {
    source().send(std::string_view(bytes_).substr(taken_));
    source().end();
  });
  EXPECT_TRUE(receive_in_pieces(reader(), 1, mebibyte) == bytes_);
  rest.get();
  reader().end();
  const SessionEnd end = proxy_->end();
  EXPECT_EQ(record(end).undelivered, 0u);
  EXPECT_GT(record(end).stalled, 250ms) << "fill() saw it stand still for 300 ms";
}

TEST_P(ZeroCopyWithAReaderThatStandsStill, TheEndComesBehindThePipeAndTheOtherDirectionLivesOn) {
  source().end();
  EXPECT_TRUE(reader().receive_all() == bytes_.substr(0, taken_));
  for (int i = 0; i < 10; ++i) {
    reader().send("all here");
    EXPECT_EQ(source().receive(8), "all here");
  }
  const std::string answer = pattern(16 * mebibyte, 8);
  auto sent = std::async(std::launch::async, [&] {
    reader().send(answer);
    reader().end();
  });
  EXPECT_TRUE(source().receive_all() == answer);
  sent.get();
  EXPECT_EQ(record(proxy_->end()).undelivered, 0u);
}

TEST_P(ZeroCopyWithAReaderThatStandsStill, ItsResetLosesWhatThePipeHeldAndReachesTheSender) {
  reader().reset();
  EXPECT_EQ(source().drain(), ECONNRESET);
  const SessionEnd end = proxy_->end();
  EXPECT_EQ(to_word(end.reason), endpoint_reads() ? "endpoint_reset" : "client_reset");
  expect_lost_what_one_pipe_held(end);
}

TEST_P(ZeroCopyWithAReaderThatStandsStill, TheSendersResetIsSeenBehindWhatCameBefore) {
  if (!tcp()) GTEST_SKIP() << "a Unix socket knows no reset";
  source().reset();
  std::string received;
  try {
    while (true) received += reader().receive_some(mebibyte);
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ECONNRESET);
  }
  EXPECT_TRUE(bytes_.starts_with(received));
  EXPECT_EQ(to_word(proxy_->end().reason), endpoint_reads() ? "client_reset" : "endpoint_reset");
  EXPECT_TRUE(eventually([] { return full_pipes() == 0; }));
}

TEST_P(ZeroCopyWithAReaderThatStandsStill, TheOtherDirectionIsNotHeldBack) {
  for (int i = 0; i < 100; ++i) {
    reader().send("ping");
    EXPECT_EQ(source().receive(4), "ping");
  }
  EXPECT_EQ(full_pipes(), 1u);
}

TEST_P(ZeroCopyWithAReaderThatStandsStill, AnAbortClosesThePipeAndTellsTheReaderThatBytesAreMissing) {
  proxy_->abort();
  EXPECT_TRUE(proxy_->wait_for_stopped());
  const SessionEnd end = proxy_->end();
  EXPECT_EQ(to_word(end.reason), "stopped");
  expect_lost_what_one_pipe_held(end);
  EXPECT_EQ(reader().drain(), tcp() ? ECONNRESET : 0) << "a Unix socket knows no reset";
}

TEST_P(ZeroCopyWithAReaderThatStandsStill, ADrainWaitsUntilThePipeIsEmpty) {
  proxy_->drain();
  source().close();
  EXPECT_TRUE(reader().receive_all() == bytes_.substr(0, taken_));
  reader().close();
  EXPECT_TRUE(proxy_->wait_for_stopped());
  EXPECT_EQ(record(proxy_->end()).undelivered, 0u);
}

class ZeroCopyWithAnIdleTime : public StandingStill {
  void adapt(Config& config) override { config.listeners[0].timeouts.idle = 2s; }
};
INSTANTIATE_TEST_SUITE_P(Over, ZeroCopyWithAnIdleTime,
                         testing::Combine(testing::Values("Tcp", "Unix"),
                                          testing::Values("Endpoint", "Client")),
                         text_of);

TEST_P(ZeroCopyWithAnIdleTime, BytesInAPipeThatNobodyTakesDoNotPutItOff) {
  const SessionEnd end = proxy_->end();
  EXPECT_EQ(to_word(end.reason), "idle_timeout");
  expect_lost_what_one_pipe_held(end);
  EXPECT_EQ(source().drain(), ECONNRESET);
}

class ZeroCopyBothWays : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  SocketAddress address(std::size_t network, const char* name) {
    const std::string& kind = network == 0 ? std::get<0>(GetParam()) : std::get<1>(GetParam());
    return kind == "Tcp" ? loopback() : directory_.socket(name);
  }
  /// Bulk of 32 MiB each way; what the listener counted.
  Totals::Listener relay_bulk(ZeroCopy zero_copy) {
    Backend backend(address(1, "endpoint"));
    Config config = proxy_config({backend.address()});
    config.listeners[0].bind[0].address = address(0, "listener");
    config.listeners[0].zero_copy = zero_copy;
    Proxy proxy(config);
    Pair session = open_session(proxy, backend);
    const Exchange received = exchange(session.client, session.endpoint, upload_, download_, mebibyte);
    EXPECT_TRUE(received.at_endpoint == upload_);
    EXPECT_TRUE(received.at_client == download_);
    (void)proxy.end();
    return proxy.listener();
  }

  const TemporaryDirectory directory_;
  const std::string upload_ = pattern(32 * mebibyte, 1);
  const std::string download_ = pattern(32 * mebibyte, 2);
};

INSTANTIATE_TEST_SUITE_P(Between, ZeroCopyBothWays,
                         testing::Combine(testing::Values("Tcp", "Unix"), testing::Values("Tcp", "Unix")),
                         text_of);

TEST_P(ZeroCopyBothWays, BulkArrivesWholeAndMostOfItGoesByPipe) {
  const Totals::Listener counted = relay_bulk(ZeroCopy::automatic);
  EXPECT_GT(counted.spliced_bytes, (upload_.size() + download_.size()) / 2);
  EXPECT_LT(counted.spliced_bytes, upload_.size() + download_.size()) << "it begins by copying";
  EXPECT_EQ(counted.upstream_bytes + counted.downstream_bytes, upload_.size() + download_.size());
}

TEST_P(ZeroCopyBothWays, WhereItIsOffEveryByteIsCopied) {
  EXPECT_EQ(relay_bulk(ZeroCopy::off).spliced_bytes, 0u);
}

/// One worker and two pipes.
Config config_of_two_pipes(const Backend& backend) {
  Config config = proxy_config({backend.address()});
  config.workers = 1;
  config.max_sessions = 16;
  return config;
}

std::unique_ptr<Proxy> proxy_of_two_pipes(const Config& config) {
  std::uint64_t reserved = 0;
  {
    const DescriptorLimit nothing_to_spare(0);
    reserved = effective_limits(config).descriptors_reserved;
  }
  const DescriptorLimit limit(reserved + 2 * config.max_sessions + 2 * 2);
  return std::make_unique<Proxy>(config);
}

TEST(ZeroCopy, MoreBulkThanPipesIsCopiedAndArrivesWholeAllTheSame) {
  constexpr std::size_t many = 8;
  const std::string bytes = pattern(32 * mebibyte);
  Backend backend;
  const auto proxy = proxy_of_two_pipes(config_of_two_pipes(backend));
  ASSERT_EQ(proxy->limits().pipes.pipes, 2u);
  std::vector<Pair> sessions = open_sessions(*proxy, backend, many);
  std::vector<std::size_t> taken;
  for (Pair& session : sessions) {
    taken.push_back(fill(session.client, bytes));
    ASSERT_LT(taken.back(), bytes.size()) << "the way did not fill up";
    EXPECT_LE(full_pipes(), 2u);
  }
  EXPECT_EQ(full_pipes(), 2u) << "the first two have them";
  for (std::size_t i = 0; i < many; ++i) {
    auto rest = std::async(std::launch::async, [&] {
      sessions[i].client.send(std::string_view(bytes).substr(taken[i]));
      sessions[i].client.end();
    });
    EXPECT_TRUE(sessions[i].endpoint.receive_all() == bytes);
    rest.get();
    sessions[i].endpoint.close();
  }
  for (const SessionEnd& end : proxy->ends(many)) EXPECT_EQ(end.upstream_bytes.undelivered, 0u);
}

TEST(ZeroCopy, SmallMessagesAfterBulkComeAtOnceAndAreCopied) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  Pair session = open_session(proxy, backend);
  const auto ping = [&] {
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
  };
  for (int round = 0; round < 3; ++round) {
    promote(proxy, session.client, session.endpoint);
    for (int i = 0; i < Bulk::in_a_row; ++i) ping();
    const std::uint64_t delivered = proxy.listener().upstream_bytes;
    const std::uint64_t spliced = proxy.listener().spliced_bytes;
    for (int i = 0; i < 100; ++i) ping();
    ASSERT_TRUE(eventually([&] { return proxy.listener().upstream_bytes >= delivered + 4 * 100; }));
    EXPECT_LE(proxy.listener().spliced_bytes, spliced + 4) << "but for one that was not yet counted";
  }
}

TEST(ZeroCopy, ASessionThatRestsAfterBulkHoldsNoPipe) {
  Backend backend;
  const auto proxy = proxy_of_two_pipes(config_of_two_pipes(backend));
  std::vector<Pair> sessions = open_sessions(*proxy, backend, 8);
  for (Pair& session : sessions) promote(*proxy, session.client, session.endpoint);
  EXPECT_LE(pipe_contents().size(), 2u) << "they took turns";
  EXPECT_EQ(full_pipes(), 0u);
}

}  // namespace
}  // namespace duplexd::test
