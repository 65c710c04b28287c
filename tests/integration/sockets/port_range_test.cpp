#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace duplexd::test {
namespace {

constexpr std::uint16_t range = 5;

// A range of free ports, below those that the kernel gives to clients.
std::unique_ptr<Proxy> start_on_some_range(Config config) {
  std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> port(10'000, 32'000);
  for (int attempt = 0; attempt < 100; ++attempt) {
    const int first = port(random);
    config.listeners[0].bind =
        *parse_bind("127.0.0.1:" + std::to_string(first) + "-" + std::to_string(first + range - 1));
    try {
      return std::make_unique<Proxy>(config);
    } catch (const StartError&) {
      continue;
    }
  }
  throw std::runtime_error("no range of ports is free");
}

TEST(PortRange, EveryPortOfRangeIsServed) {
  Backend backend;
  const std::unique_ptr<Proxy> proxy = start_on_some_range(proxy_config({backend.address()}));
  for (std::uint16_t i = 0; i < range; ++i) {
    EXPECT_EQ(proxy->address(i).port(), proxy->address(0).port() + i);
    Peer client = Peer::connect(proxy->address(i));
    Peer endpoint = backend.accept();
    client.send("hello");
    client.end();
    EXPECT_EQ(endpoint.receive_all(), "hello");
    endpoint.close();
    EXPECT_EQ(proxy->ends(i + 1u).back().client_local.to_string(), proxy->address(i).to_string());
  }
}

TEST(PortRange, ListenerLimitCoversAllItsPorts) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].limits.sessions = 1;
  const std::unique_ptr<Proxy> proxy = start_on_some_range(config);
  Peer first = Peer::connect(proxy->address(0));
  Peer first_endpoint = backend.accept();
  Peer second = Peer::connect(proxy->address(1));
  EXPECT_FALSE(backend.called_within(std::chrono::milliseconds(200)));
  first.close();
  first_endpoint.close();
  second.send("my turn");
  EXPECT_EQ(backend.accept().receive(7), "my turn");
}

}  // namespace
}  // namespace duplexd::test
