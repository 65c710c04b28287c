#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

// No name server is asked for it: a label has at most 63 octets.
const std::string impossible_name = std::string(64, 'x') + ".test";

Config config_of(const std::string& host, std::uint16_t port) {
  Config config = proxy_config({});
  config.upstreams[0].endpoints = {
      {.name = host + ":" + std::to_string(port), .address = HostPort{host, port}}};
  return config;
}

TEST(Resolver, EndpointMayBeAHostName) {
  Backend backend;
  Proxy proxy(config_of("localhost", backend.address().port()));
  auto [client, endpoint] = open_session(proxy, backend);
  client.send("hello");
  client.end();
  EXPECT_EQ(endpoint.receive_all(), "hello");
  endpoint.close();
  const SessionEnd end = proxy.end();
  EXPECT_EQ(end.endpoint, "localhost:" + std::to_string(backend.address().port()));
  EXPECT_EQ(end.endpoint_address.to_string(), backend.address().to_string());
}

TEST(Resolver, UnresolvedRequiredNameRefusesStart) {
  const std::size_t before = open_descriptors();
  try {
    Proxy proxy(config_of(impossible_name, 80));
    FAIL() << "it started";
  } catch (const StartError& error) {
    EXPECT_EQ(error.kind, StartError::Kind::system);
    EXPECT_NE(std::string(error.what()).find(impossible_name), std::string::npos) << error.what();
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Resolver, UnresolvedOptionalNameLeavesNoEndpoint) {
  Config config = config_of(impossible_name, 80);
  config.upstreams[0].resolve.required = false;
  Proxy proxy(config);
  Peer client = proxy.connect();
  EXPECT_TRUE(client.at_end());
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "no_endpoint");
  EXPECT_EQ(end.connect_attempts, 0u);
  EXPECT_EQ(end.endpoint, "");
  const std::vector<Notice> notices = proxy.notices();
  ASSERT_FALSE(notices.empty());
  EXPECT_EQ(notices[0].kind, Notice::Kind::resolve_failed);
  EXPECT_NE(notices[0].error, 0);
}

TEST(Resolver, UnresolvedNameKeepsOtherEndpoints) {
  Backend backend;
  Config config = config_of(impossible_name, 80);
  config.upstreams[0].resolve.required = false;
  config.upstreams[0].endpoints.push_back({.name = "good", .address = backend.address()});
  Proxy proxy(config);
  const std::vector<Pair> sessions = open_sessions(proxy, backend, 4);
  EXPECT_TRUE(proxy.wait_for_connected(4));
}

TEST(Resolver, RepeatedNameFailureIsReportedOnce) {
  Backend backend;
  Config config = config_of("localhost", backend.address().port());
  config.upstreams[0].endpoints.push_back({.name = "bad", .address = HostPort{impossible_name, 80}});
  config.upstreams[0].resolve = {.interval = std::chrono::milliseconds(20), .required = false};
  Proxy proxy(config);
  Pair session = open_session(proxy, backend);
  EXPECT_FALSE(session.endpoint.readable_within(std::chrono::milliseconds(500)));
  session.client.send("still here");
  EXPECT_EQ(session.endpoint.receive(10), "still here");
  const std::vector<Pair> more = open_sessions(proxy, backend, 4);
  EXPECT_EQ(proxy.notices().size(), 1u);
}

}  // namespace
}  // namespace duplexd::test
