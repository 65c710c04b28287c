#include "tests/integration/handover/two_proxies.hpp"
#include "tests/support/tunnel_proxy.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

/// Sessions to an endpoint behind a proxy.
class MovedTunnels : public TwoProxies {
 protected:
  Config config() const override {
    Config config = TwoProxies::config();
    config.upstreams[0].endpoints[0] = {.name = "db.internal:80", .address = HostPort{"db.internal", 80}};
    config.upstreams[0].via = {.enabled = true, .address = backend_.address()};
    return config;
  }
};

TEST_F(MovedTunnels, ProxyIsAskedAnew) {
  Peer client = giver_->connect();
  client.send("hello");
  Peer asking = backend_.accept();
  hear_socks(asking, "db.internal", 80);
  EXPECT_EQ(move_to(config()).sessions, 1u);
  Peer again = backend_.accept();
  hear_socks(again, "db.internal", 80);
  again.send(socks_yes);
  EXPECT_EQ(again.receive(5), "hello");
}

TEST_F(MovedTunnels, RelayedSessionGoesOn) {
  Peer client = giver_->connect();
  Peer asking = backend_.accept();
  hear_socks(asking, "db.internal", 80);
  asking.send(std::string(socks_yes) + "220 ready");
  EXPECT_EQ(client.receive(9), "220 ready");
  EXPECT_EQ(move_to(config()).sessions, 1u);
  client.send("hello");
  EXPECT_EQ(asking.receive(5), "hello");
  client.close();
  asking.close();
  EXPECT_EQ(taker_->end().endpoint, "db.internal:80");
}

}  // namespace
}  // namespace duplexd::test
