#include "core/session/relay/bulk.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/splice/splicing.hpp"
#include "tests/support/traffic.hpp"
#include "tests/unit/descriptor_limit.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace duplexd::test {
namespace {

constexpr std::size_t mebibyte = 1 << 20;

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
                         [](const auto& test) { return std::get<0>(test.param) + std::get<1>(test.param); });

TEST_P(ZeroCopyBothWays, BulkArrivesWholeMostlyByPipe) {
  const Totals::Listener counted = relay_bulk(ZeroCopy::automatic);
  EXPECT_GT(counted.spliced_bytes, (upload_.size() + download_.size()) / 2);
  EXPECT_LT(counted.spliced_bytes, upload_.size() + download_.size()) << "it begins by copying";
  EXPECT_EQ(counted.upstream_bytes + counted.downstream_bytes, upload_.size() + download_.size());
}

TEST_P(ZeroCopyBothWays, ZeroCopyOffCopiesEveryByte) {
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

TEST(ZeroCopy, BulkWithoutPipeIsCopiedWhole) {
  constexpr std::size_t many = 4;
  const std::string bytes = pattern(64 * mebibyte);
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

TEST(ZeroCopy, SmallMessagesAfterBulkAreCopied) {
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

std::vector<Notice> refusals(const Proxy& proxy) {
  std::vector<Notice> notices = proxy.notices();
  std::erase_if(notices, [](const Notice& one) { return one.kind != Notice::Kind::zero_copy_refused; });
  return notices;
}

TEST(ZeroCopy, MissingPipesAreToldOnce) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.workers = 2;
  config.max_sessions = 16;
  std::uint64_t reserved = 0;
  {
    const DescriptorLimit nothing_to_spare(0);
    reserved = effective_limits(config).descriptors_reserved;
  }
  const DescriptorLimit limit(reserved + 2 * config.max_sessions);
  Proxy proxy(config);
  std::vector<Pair> sessions = open_sessions(proxy, backend, 8);
  EXPECT_TRUE(refusals(proxy).empty()) << "no bulk yet";
  const std::string bulk = pattern(mebibyte);
  for (Pair& session : sessions) (void)exchange(session.client, session.endpoint, bulk, bulk, mebibyte);
  ASSERT_TRUE(eventually([&] { return !refusals(proxy).empty(); }));
  (void)proxy.ends(8);
  ASSERT_EQ(refusals(proxy).size(), 1u);
  EXPECT_EQ(refusals(proxy)[0].subject, "pipe");
  EXPECT_EQ(refusals(proxy)[0].error, EMFILE);
}

TEST(ZeroCopy, PipesAreClosedAfterBulk) {
  Backend backend;
  const auto proxy = proxy_of_two_pipes(config_of_two_pipes(backend));
  Pair session = open_session(*proxy, backend);
  promote(*proxy, session.client, session.endpoint);
  EXPECT_FALSE(pipe_contents().empty());
  EXPECT_TRUE(eventually([&] { return pipe_contents().empty(); }));
  promote(*proxy, session.client, session.endpoint);
  EXPECT_TRUE(refusals(*proxy).empty());
}

TEST(ZeroCopy, IdleSessionHoldsNoPipe) {
  Backend backend;
  const auto proxy = proxy_of_two_pipes(config_of_two_pipes(backend));
  std::vector<Pair> sessions = open_sessions(*proxy, backend, 8);
  for (Pair& session : sessions) promote(*proxy, session.client, session.endpoint);
  EXPECT_LE(pipe_contents().size(), 2u) << "they took turns";
  EXPECT_EQ(full_pipes(), 0u);
}

}  // namespace
}  // namespace duplexd::test
