#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

SocketAddress ipv6_loopback(std::uint16_t port) {
  SocketAddress address = address_of("[::1]:0");
  address.set_port(port);
  return address;
}

void expect_served(Backend& backend, const SocketAddress& address) {
  Peer client = Peer::connect(address);
  Peer endpoint = backend.accept();
  client.send("hello");
  EXPECT_EQ(endpoint.receive(5), "hello");
}

TEST(DualStack, OnePortServesBothFamilies) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0] = {BindAddress::Kind::dual_stack, SocketAddress::any(AF_INET6, 0), {}};
  Proxy proxy(config);
  expect_served(backend, loopback(proxy.address().port()));
  expect_served(backend, ipv6_loopback(proxy.address().port()));
}

TEST(DualStack, Ipv4ClientHasIpv4Address) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0] = {BindAddress::Kind::dual_stack, SocketAddress::any(AF_INET6, 0), {}};
  Proxy proxy(config);
  Peer client = Peer::connect(loopback(proxy.address().port()));
  const std::string from = client.local().to_string();
  client.close();
  backend.accept().close();
  const SessionEnd end = proxy.end();
  EXPECT_EQ(end.client.to_string(), from);
  EXPECT_EQ(end.client_local.to_string(), loopback(proxy.address().port()).to_string());
}

TEST(DualStack, Ipv6AddressServesOnlyIpv6) {
  Backend backend;
  Config config = proxy_config({backend.address()});
  config.listeners[0].bind[0].address = SocketAddress::any(AF_INET6, 0);
  Proxy proxy(config);
  expect_served(backend, ipv6_loopback(proxy.address().port()));
  EXPECT_THROW(Peer::connect(loopback(proxy.address().port())), std::system_error);
}

TEST(DualStack, EndpointsOfAllFamiliesMix) {
  const TemporaryDirectory directory;
  Backend ipv4;
  Backend ipv6(address_of("[::1]:0"));
  Backend local(directory.socket("endpoint"));
  Config config = proxy_config({ipv4.address(), ipv6.address(), local.address()});
  config.workers = 1;
  Proxy proxy(config);
  for (Backend* backend : {&ipv4, &ipv6, &local, &ipv4, &ipv6, &local})
    expect_served(*backend, proxy.address());
}

}  // namespace
}  // namespace duplexd::test
