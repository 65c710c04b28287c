#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <array>

namespace duplexd::test {
namespace {

SocketAddress at(const char* host, std::uint16_t port) {
  SocketAddress address = address_of(std::string(host) + ":0");
  address.set_port(port);
  return address;
}

/// Two ports of one listener, whose endpoint has no port of its own. No client has a socket at 127.0.0.3, so
/// that they are free.
class ClientsPortTest : public testing::Test {
 protected:
  Config config(const char* endpoint) const {
    Config config = proxy_config({at(endpoint, 0)});
    config.listeners[0].bind.clear();
    for (const Backend& backend : backends_) {
      const SocketAddress address = at("127.0.0.3", backend.address().port());
      config.listeners[0].bind.push_back(
          {.kind = BindAddress::Kind::address, .address = address, .name = {}});
    }
    return config;
  }

  std::array<Backend, 2> backends_{Backend(at("127.0.0.2", 0)), Backend(at("127.0.0.2", 0))};
};

TEST_F(ClientsPortTest, EachPortLeadsToItsOwn) {
  Proxy proxy(config("127.0.0.2"));
  for (Backend& backend : backends_) {
    Peer client = Peer::connect(at("127.0.0.3", backend.address().port()));
    Peer endpoint = backend.accept();
    client.send("to this port");
    EXPECT_EQ(endpoint.receive(12), "to this port");
  }
  for (const SessionEnd& end : proxy.ends(2)) {
    EXPECT_EQ(end.endpoint_address.port(), end.client_local.port());
    EXPECT_EQ(end.endpoint, "127.0.0.2:0");
  }
}

TEST_F(ClientsPortTest, ListenersOwnAddressIsALoop) {
  Proxy proxy(config("127.0.0.3"));
  EXPECT_TRUE(Peer::connect(at("127.0.0.3", backends_[0].address().port())).at_end());
  EXPECT_EQ(to_word(proxy.end().reason), "connect_loop");
}

}  // namespace
}  // namespace duplexd::test
