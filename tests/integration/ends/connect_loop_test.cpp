#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

/// A proxy of two listeners, whose endpoints are chosen when the ports are known.
class ConnectLoop : public testing::Test {
 protected:
  static Config config_with(std::string_view bind) {
    Config config = proxy_config({loopback(1)});
    config.listeners.push_back(config.listeners[0]);
    config.upstreams.push_back(config.upstreams[0]);
    config.listeners[1].name = "second";
    config.listeners[1].upstream = 1;
    config.upstreams[1].name = "second";
    for (ListenerConfig& listener : config.listeners) listener.bind = *parse_bind(bind);
    return config;
  }
  /// The address of a listener as an endpoint would have it.
  SocketAddress listener(std::size_t index) const { return loopback(proxy_.address(index).port()); }
  void lead(const SocketAddress& first, const SocketAddress& second) {
    lead({.name = first.to_string(), .address = first}, {.name = second.to_string(), .address = second});
  }
  void lead(const EndpointConfig& first, const EndpointConfig& second) {
    config_.upstreams[0].endpoints = {first};
    config_.upstreams[1].endpoints = {second};
    ASSERT_EQ(proxy_.reload(config_), "");
  }
  void expect_loop(const SocketAddress& address) {
    EXPECT_TRUE(Peer::connect(address).at_end());
    const SessionEnd end = proxy_.end();
    EXPECT_EQ(to_word(end.reason), "connect_loop");
    EXPECT_EQ(to_word(side_of(end.reason)), "local");
    EXPECT_EQ(end.connect_attempts, 1u);
    EXPECT_EQ(proxy_.totals().listeners[0].accepted + proxy_.totals().listeners[1].accepted, 1u);
  }

  Backend backend_;

 private:
  Config config_ = config_with("0.0.0.0:0");
  Proxy proxy_{config_};
};

TEST_F(ConnectLoop, ListenerThatDialsItselfIsCut) {
  lead(listener(0), backend_.address());
  expect_loop(listener(0));
}

TEST_F(ConnectLoop, NameOfTheListenerIsCut) {
  const HostPort own{"127.0.0.1", listener(0).port()};  // looked up like any other host
  lead({.name = "own", .address = own}, {.name = "other", .address = backend_.address()});
  expect_loop(listener(0));
}

TEST_F(ConnectLoop, ListenersDiallingEachOtherAreCut) {
  lead(listener(1), listener(0));
  expect_loop(listener(0));
}

TEST_F(ConnectLoop, ChainOfListenersServes) {
  lead(listener(1), backend_.address());
  Peer client = Peer::connect(listener(0));
  Peer endpoint = backend_.accept();
  client.send("through both");
  EXPECT_EQ(endpoint.receive(12), "through both");
}

TEST_F(ConnectLoop, LoopEndedByReloadServesAgain) {
  lead(listener(0), backend_.address());
  expect_loop(listener(0));
  lead(backend_.address(), backend_.address());
  Peer client = Peer::connect(listener(0));
  backend_.accept().send("here");
  EXPECT_EQ(client.receive(4), "here");
}

}  // namespace
}  // namespace duplexd::test
