// An interface is deleted and made again: its name is the same, its index is another.
#include "core/config/interfaces.hpp"
#include "core/config/loader.hpp"
#include "tests/support/private_network.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace duplexd::test {
namespace {

constexpr const char* make =
    "ip link add d0 type veth peer name d1 && ip address add fe80::1/64 dev d0 nodad && ip link set d0 up";

bool run(const char* command) { return std::system(command) == 0; }

/// Runs `work` where interface d0 has the address fe80::1.
void with_interface(const std::function<void()>& work) {
  bool made = false;
  on_private_network([&] {
    made = run(make);
    if (made) work();
  });
  if (!made) GTEST_SKIP() << "this user may not make a network, or there is no ip(8)";
}

void make_interface_again() {
  ASSERT_TRUE(run("ip link delete d0"));
  ASSERT_TRUE(run(make));
}

TEST(Interface, ListenerFollowsItsInterface) {
  with_interface([] {
    Backend backend;
    Config config = proxy_config({backend.address()});
    config.listeners[0].bind[0].address = address_of("[fe80::1%d0]:7200");
    Proxy proxy(config);
    { Pair session = open_session(proxy, backend); }
    make_interface_again();
    EXPECT_FALSE(have_same_addresses(config, with_todays_interfaces(config)));
    ASSERT_EQ(proxy.reload(with_todays_interfaces(config)), "");
    Peer client = Peer::connect(address_of("[fe80::1%d0]:7200"));
    client.send("ping");
    EXPECT_EQ(backend.accept().receive(4), "ping");
  });
}

TEST(Interface, EndpointFollowsItsInterface) {
  with_interface([] {
    Backend before(address_of("[fe80::1%d0]:7200"));
    const Config config = proxy_config({address_of("[fe80::1%d0]:7200")});
    Proxy proxy(config);
    { Pair session = open_session(proxy, before); }
    make_interface_again();
    Backend after(address_of("[fe80::1%d0]:7201"));
    Config moved = config;
    std::get<SocketAddress>(moved.upstreams[0].endpoints[0].address).set_port(7201);
    ASSERT_EQ(proxy.reload(with_todays_interfaces(moved)), "");
    Pair session = open_session(proxy, after);
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
  });
}

TEST(Interface, StaleAddressesAreNamed) {
  with_interface([] {
    Config config = proxy_config({loopback(1)});
    config.listeners[0].bind[0].address = address_of("[fe80::1%d0]:7200");
    const StartResult<OpenAddresses> open = open_addresses(config, 2, {}, {});
    ASSERT_TRUE(open) << open.error().what;
    EXPECT_TRUE(stale_addresses(config, *open).empty());
    ASSERT_TRUE(run("ip link delete d0"));
    EXPECT_TRUE(have_same_addresses(config, with_todays_interfaces(config))) << "there is nothing better";
    EXPECT_EQ(config.listeners[0].bind[0].to_string(), "[fe80::1%d0]:7200");
    ASSERT_TRUE(run(make));
    EXPECT_FALSE(have_same_addresses(config, with_todays_interfaces(config)));
    const std::vector<std::string> stale = stale_addresses(config, *open);
    ASSERT_EQ(stale.size(), 1U);
    EXPECT_NE(stale[0].find("its interface was made again"), std::string::npos) << stale[0];
  });
}

}  // namespace
}  // namespace duplexd::test
