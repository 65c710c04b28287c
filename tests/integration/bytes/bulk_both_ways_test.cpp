#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/traffic.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace duplexd::test {
namespace {

constexpr std::size_t sixteen_mebibytes = 16 << 20;

SocketAddress address_on(const std::string& network, const TemporaryDirectory& directory, const char* name) {
  if (network == "Unix") return directory.socket(name);
  return network == "IPv6" ? address_of("[::1]:0") : loopback();
}

void expect_all_arrives(const Proxy& proxy, Backend& backend, std::size_t size, std::size_t largest_piece) {
  Pair session = open_session(proxy, backend);
  const std::string upload = pattern(size, 1);
  const std::string download = pattern(size, 2);
  const Exchange received = exchange(session.client, session.endpoint, upload, download, largest_piece);
  // No EXPECT_EQ: it would print what differs.
  EXPECT_TRUE(received.at_endpoint == upload);
  EXPECT_TRUE(received.at_client == download);
}

using Networks = std::tuple<std::string, std::string>;
class BulkBothWays : public testing::TestWithParam<Networks> {};

TEST_P(BulkBothWays, BulkBothWaysArrivesWhole) {
  const TemporaryDirectory directory;
  Backend backend(address_on(std::get<1>(GetParam()), directory, "endpoint"));
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0].address = address_on(std::get<0>(GetParam()), directory, "listener");
  Proxy proxy(config);

  expect_all_arrives(proxy, backend, sixteen_mebibytes, 100'000);

  const SessionEnd end = proxy.end();
  EXPECT_EQ(side_of(end.reason) == Side::client ? "client_finished" : "endpoint_finished",
            to_word(end.reason));
  EXPECT_EQ(end.upstream_bytes.read, sixteen_mebibytes);
  EXPECT_EQ(end.downstream_bytes.read, sixteen_mebibytes);
  EXPECT_EQ(end.upstream_bytes.undelivered + end.downstream_bytes.undelivered, 0u);
  const Totals::Listener listener = proxy.listener();
  EXPECT_EQ(listener.upstream_bytes, sixteen_mebibytes);
  EXPECT_EQ(listener.downstream_bytes, sixteen_mebibytes);
}

std::string networks_of(const testing::TestParamInfo<Networks>& test) {
  return "From" + std::get<0>(test.param) + "To" + std::get<1>(test.param);
}

INSTANTIATE_TEST_SUITE_P(Networks, BulkBothWays,
                         testing::Combine(testing::Values("IPv4", "IPv6", "Unix"),
                                          testing::Values("IPv4", "IPv6", "Unix")),
                         networks_of);

TEST(BulkBothWaysThroughSmallBuffers, BulkBothWaysArrivesWhole) {
  Backend backend;
  backend.set_buffers(8'192, 8'192);
  Config config = proxy_config({backend.address()});
  config.listeners[0].client.receive_buffer = config.listeners[0].client.send_buffer = 8'192;
  config.upstreams[0].endpoint.receive_buffer = config.upstreams[0].endpoint.send_buffer = 8'192;
  Proxy proxy(config);
  expect_all_arrives(proxy, backend, 1 << 20, 100'000);
}

TEST(BulkBothWaysInBytes, BulkBothWaysArrivesWhole) {
  Backend backend;
  Proxy proxy(proxy_config({backend.address()}));
  expect_all_arrives(proxy, backend, 100'000, 16);
}

}  // namespace
}  // namespace duplexd::test
