// Options that the host or the network has to agree to, on sockets that listen, are accepted and are dialled.
#include "core/net/socket/options/network_options.hpp"

#include "core/net/socket/socket_calls.hpp"
#include "core/net/socket/stream.hpp"
#include "tests/support/private_network.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>

namespace duplexd::test {
namespace {

/// Calls `visit` with each socket of this process.
void for_each_socket(const std::function<void(int)>& visit) {
  std::vector<int> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    all.push_back(std::atoi(entry.path().filename().c_str()));
  for (const int fd : all)
    if (get_option(fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM) visit(fd);
}

/// The socket of the proxy whose peer is `peer`; -1: none.
int socket_to(const Peer& peer) {
  int found = -1;
  for_each_socket([&](int fd) {
    if (peer_address(fd) == peer.local() && local_address(fd) == peer.remote()) found = fd;
  });
  return found;
}

/// Of all sockets that listen on the port.
std::set<ino_t> listening_on(std::uint16_t port) {
  std::set<ino_t> inodes;
  for_each_socket([&](int fd) {
    struct stat status {};
    const bool listens = get_option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1;
    if (listens && local_address(fd).port() == port && ::fstat(fd, &status) == 0)
      inodes.insert(status.st_ino);
  });
  return inodes;
}

NetworkOptions some_options(unsigned dscp) { return {.dscp = dscp, .congestion = "reno"}; }

Config config_with(const Backend& backend, const NetworkOptions& client, const NetworkOptions& endpoint) {
  Config config = proxy_config({backend.address()});
  config.listeners[0].client.network = client;
  config.upstreams[0].endpoint.network = endpoint;
  return config;
}

bool done(const char* command) { return std::system(command) == 0; }

void with_two_interfaces(const std::function<void()>& work) {
  bool made = false;
  on_private_network([&] {
    made = done(
        "ip link add d0 type veth peer name d1 && ip link add e0 type veth peer name e1 && "
        "ip link set d0 up && ip link set e0 up");
    if (made) work();
  });
  if (!made) GTEST_SKIP() << "this user may not make a network, or there is no ip(8)";
}

TEST(NetworkOptionsOfSessions, BothSocketsHaveTheirs) {
  Backend backend;
  Proxy proxy(config_with(backend, some_options(46), some_options(10)));
  Pair session = open_session(proxy, backend);
  const NetworkOptions client = network_options_of(socket_to(session.client), AF_INET);
  const NetworkOptions endpoint = network_options_of(socket_to(session.endpoint), AF_INET);
  EXPECT_EQ(client.dscp, 46u);
  EXPECT_EQ(endpoint.dscp, 10u);
  EXPECT_EQ(client.congestion, "reno");
  EXPECT_EQ(endpoint.congestion, "reno");
  close_in_order(session);
}

TEST(NetworkOptionsOfSessions, MarkIsOnBothSockets) {
  if (apply_network({.mark = 1}, new_stream_socket(AF_INET, {}).get(), AF_INET) != 0)
    GTEST_SKIP() << "this user has no CAP_NET_ADMIN";
  Backend backend;
  Proxy proxy(config_with(backend, {.mark = 0x11}, {.mark = 0x22}));
  Pair session = open_session(proxy, backend);
  EXPECT_EQ(network_options_of(socket_to(session.client), AF_INET).mark, 0x11u);
  EXPECT_EQ(network_options_of(socket_to(session.endpoint), AF_INET).mark, 0x22u);
  close_in_order(session);
}

TEST(NetworkOptionsOfSessions, RefusedOneFailsTheDial) {
  Backend backend;
  Config config = config_with(backend, {}, {.interface = "nosuchif0"});
  config.upstreams[0].passive.failures = 1;
  Proxy proxy(config);
  { const Peer client = proxy.connect(); }
  const SessionEnd end = proxy.end();
  EXPECT_EQ(to_word(end.reason), "connect_no_source");
  EXPECT_EQ(end.error, ENODEV);
  EXPECT_FALSE(backend.called_within(std::chrono::milliseconds(0)));
  config.upstreams[0].endpoint.network = {};
  ASSERT_EQ(proxy.reload(config), "");
  Pair session = open_session(proxy, backend);
  close_in_order(session);
}

TEST(NetworkOptionsOfListeners, ReloadChangesLivingSockets) {
  Backend backend;
  Config config = config_with(backend, some_options(46), {});
  Proxy proxy(config);
  Pair before = open_session(proxy, backend);
  const auto sockets = listening_on(proxy.address().port());
  for (const unsigned dscp : {10u, 0u}) {
    config.listeners[0].client.network = {.dscp = dscp, .fast_open = 5, .defer_accept = {}};
    ASSERT_EQ(proxy.reload(config), "");
    EXPECT_EQ(listening_on(proxy.address().port()), sockets) << "no other socket";
    Pair after = open_session(proxy, backend);
    const NetworkOptions now = network_options_of(socket_to(after.client), AF_INET);
    EXPECT_EQ(now.dscp, dscp);
    EXPECT_EQ(now.congestion, usual_network_options().congestion);
    EXPECT_EQ(network_options_of(socket_to(before.client), AF_INET).dscp, 46u) << "it began with that";
    close_in_order(after);
  }
  close_in_order(before);
}

TEST(NetworkOptionsOfListeners, OtherInterfaceOpensOtherSockets) {
  Backend backend;
  Config config = config_with(backend, {}, {});
  Proxy proxy(config);
  config.listeners[0].bind[0].address = proxy.address();
  ASSERT_EQ(proxy.reload(config), "");
  const auto before = listening_on(proxy.address().port());
  Pair session = open_session(proxy, backend);
  config.listeners[0].client.network.interface = "lo";
  ASSERT_EQ(proxy.reload(config), "");
  const auto after = listening_on(proxy.address().port());
  for (const ino_t inode : after) EXPECT_FALSE(before.contains(inode));
  EXPECT_EQ(after.size(), before.size());
  Pair next = open_session(proxy, backend);
  close_in_order(next);
  config.listeners[0].client.network.interface = "nosuchif0";
  EXPECT_NE(proxy.reload(config).find("this host has no interface nosuchif0"), std::string::npos);
  EXPECT_EQ(listening_on(proxy.address().port()), after) << "a refused reload has changed nothing";
  close_in_order(session);
}

TEST(NetworkOptionsOfListeners, InterfacesShareOneAddress) {
  with_two_interfaces([] {
    Backend backend;
    Config config = config_with(backend, {.interface = "d0"}, {});
    config.listeners[0].bind[0].address = address_of("0.0.0.0:7300");
    config.listeners.push_back(config.listeners[0]);
    config.listeners[1].name = "other";
    config.listeners[1].client.network.interface = "e0";
    config.listeners.push_back(config.listeners[0]);
    config.listeners[2].name = "any";
    config.listeners[2].client.network.interface = "";
    Proxy proxy(config);
    Peer client = Peer::connect(address_of("127.0.0.1:7300"));
    Peer endpoint = backend.accept();
    EXPECT_EQ(proxy.totals().listeners[2].live, 1u) << "loopback is neither of both interfaces";
    client.close();
    endpoint.close();
    config.listeners.erase(config.listeners.begin() + 1);
    EXPECT_EQ(proxy.reload(config), "");
    config.listeners[1].client.network.interface = "d0";
    EXPECT_NE(proxy.reload(config).find("has 0.0.0.0:7300 already"), std::string::npos);
  });
}

TEST(NetworkOptionsOfListeners, InterfaceMadeAgainIsStale) {
  with_two_interfaces([] {
    Config config = proxy_config({loopback(1)});
    config.listeners[0].client.network.interface = "d0";
    const StartResult<OpenAddresses> open = open_addresses(config, 2, {}, {});
    ASSERT_TRUE(open) << open.error().what;
    EXPECT_TRUE(stale_addresses(config, *open).empty());
    ASSERT_TRUE(done("ip link delete d0"));
    EXPECT_TRUE(stale_addresses(config, *open).empty()) << "there is nothing better";
    ASSERT_TRUE(done("ip link add d0 type veth peer name d1"));
    const std::vector<std::string> stale = stale_addresses(config, *open);
    ASSERT_EQ(stale.size(), 1u);
    EXPECT_NE(stale[0].find("its interface was made again"), std::string::npos) << stale[0];
    const StartResult<OpenAddresses> again = open_addresses(config, 2, *open, {});
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_TRUE(stale_addresses(config, *again).empty());
  });
}

TEST(NetworkOptionsOfListeners, OnlySocketsMadeAlikeAreAdopted) {
  Config config = proxy_config({loopback(1)});
  const StartResult<OpenAddresses> first = open_addresses(config, 1, {}, {});
  ASSERT_TRUE(first);
  const SocketAddress at = first->at(0).at(0)->address;
  config.listeners[0].bind[0].address = at;
  InheritedSockets left;
  left.emplace("left", FileDescriptor(::dup(first->at(0).at(0)->opened.sockets[0].get())));
  const auto adopted = [&] {
    const auto open = open_addresses(config, 1, {}, left);
    EXPECT_TRUE(open);
    struct stat one {
    }, other{};
    ::fstat(left.begin()->second.get(), &one);
    if (open) ::fstat(open->at(0).at(0)->opened.sockets[0].get(), &other);
    return one.st_ino == other.st_ino;
  };
  EXPECT_TRUE(adopted());
  config.listeners[0].client.network.dscp = 46;
  EXPECT_TRUE(adopted()) << "it can be set later";
  config.listeners[0].client.network.interface = "lo";
  EXPECT_FALSE(adopted());
}

TEST(NetworkOptionsOfListeners, PassedSocketKeepsItsFirstOptions) {
  ListenOptions options;
  options.network.dscp = 8;
  const auto listening = open_listeners(parse_bind("127.0.0.1:0")->front(), options, 1);
  ASSERT_TRUE(listening);
  const int socket = listening->sockets.front().get();
  InheritedSockets inherited;
  inherited.emplace("web", FileDescriptor(::dup(socket)));
  Config config = proxy_config({loopback(1)});
  config.listeners[0].bind = *parse_bind("systemd:web");
  for (const unsigned dscp : {46u, 0u}) {
    config.listeners[0].client.network.dscp = dscp;
    const auto open = open_addresses(config, 1, {}, inherited);
    ASSERT_TRUE(open);
    ASSERT_TRUE(configure_addresses(config, *open));
    EXPECT_EQ(network_options_of(socket, AF_INET).dscp, dscp == 0 ? 46u : dscp);
    if (dscp == 0) continue;
    config.listeners[0].client.network.dscp = 0;
    ASSERT_TRUE(configure_addresses(config, *open));
    EXPECT_EQ(network_options_of(socket, AF_INET).dscp, 8u) << "as its unit has it";
    config.listeners[0].client.network.dscp = 46;
    ASSERT_TRUE(configure_addresses(config, *open));
  }
}

}  // namespace
}  // namespace duplexd::test
