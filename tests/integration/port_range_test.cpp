#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace duplexd::test {
namespace {

constexpr std::uint16_t range = 5;

// A range of ports that starts at one that is free; who says that the next ones are?
std::unique_ptr<Proxy> start_on_some_range(Config config) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::uint16_t first = RefusingAddress().address().port();
    if (first > 65'535 - range) continue;
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

TEST(PortRange, EveryPortIsServedAndReported) {
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

TEST(PortRange, TheLimitOfTheListenerHoldsOverAllItsPorts) {
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
