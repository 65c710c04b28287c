#include "core/net/socket/options/network_options.hpp"

#include "core/net/socket/options/refused_options.hpp"
#include "core/net/socket/socket_calls.hpp"
#include "tests/support/private_network.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace duplexd {
namespace {

using namespace net_test;

constexpr int ef = 46 << 2;

FileDescriptor fresh(int family = AF_INET, const NetworkOptions& options = {}) {
  return new_stream_socket(family, options);
}

std::string text_option(int socket, int level, int name) {
  std::array<char, 16> text{};
  socklen_t size = text.size();
  return ::getsockopt(socket, level, name, text.data(), &size) == 0 ? text.data() : "";
}

ListenOptions listening_with(NetworkOptions network) {
  ListenOptions options;
  options.network = std::move(network);
  return options;
}

NetworkOptions every_option() {
  return {.interface = "lo",
          .mark = 0,
          .dscp = 46,
          .congestion = "reno",
          .mptcp = false,
          .free_bind = true,
          .fast_open = 7,
          .defer_accept = std::chrono::seconds(3)};
}

TEST(NetworkOptions, NothingSetNeedsNoSystemCall) { EXPECT_EQ(apply_network({}, -1, AF_INET), 0); }

TEST(NetworkOptions, UnixSocketsHaveNone) { EXPECT_EQ(apply_network(every_option(), -1, AF_UNIX), 0); }

TEST(NetworkOptions, EachReachesSocketsOfBothFamilies) {
  for (const int family : {AF_INET, AF_INET6}) {
    const auto socket = fresh(family);
    if (!socket) GTEST_SKIP() << "this host has no IPv6";
    ASSERT_EQ(apply_network(every_option(), socket.get(), family), 0);
    EXPECT_EQ(text_option(socket.get(), SOL_SOCKET, SO_BINDTODEVICE), "lo");
    EXPECT_EQ(get_option(socket.get(), IPPROTO_IP, IP_TOS), ef);
    EXPECT_EQ(text_option(socket.get(), IPPROTO_TCP, TCP_CONGESTION), "reno");
    EXPECT_EQ(get_option(socket.get(), IPPROTO_TCP, TCP_FASTOPEN), 7);
    EXPECT_GE(get_option(socket.get(), IPPROTO_TCP, TCP_DEFER_ACCEPT), 3);
    if (family == AF_INET6) {
      EXPECT_EQ(get_option(socket.get(), IPPROTO_IPV6, IPV6_TCLASS), ef);
      EXPECT_EQ(get_option(socket.get(), IPPROTO_IPV6, IPV6_FREEBIND), 1);
    } else {
      EXPECT_EQ(get_option(socket.get(), IPPROTO_IP, IP_FREEBIND), 1);
    }
  }
}

TEST(NetworkOptions, MarkReachesTheSocket) {
  const auto socket = fresh();
  const NetworkOptions options{.mark = 0xfffffff0};
  if (apply_network(options, socket.get(), AF_INET) == EPERM)
    GTEST_SKIP() << "this user has no CAP_NET_ADMIN";
  EXPECT_EQ(network_options_of(socket.get(), AF_INET).mark, 0xfffffff0);
}

TEST(NetworkOptions, FirstRefusedOneIsTheResult) {
  const auto socket = fresh();
  EXPECT_EQ(apply_network({.interface = "nosuchif0", .congestion = "none"}, socket.get(), AF_INET), ENODEV);
  EXPECT_EQ(apply_network({.congestion = "none"}, socket.get(), AF_INET), ENOENT);
}

TEST(NetworkOptions, AcceptedSocketsInheritThem) {
  const NetworkOptions options{.dscp = 46, .congestion = "reno"};
  const ListenOptions listen = listening_with(options);
  for (const auto* bind : {"127.0.0.1:0", ":0"}) {
    const auto opened = open_listeners(bind_address(bind), listen, 1);
    ASSERT_TRUE(opened) << opened.error().what;
    SocketAddress to = address("127.0.0.1:1");
    to.set_port(local_address(opened->sockets.front().get()).port());
    const auto client = connect_to(to);
    const auto accepted = accept_from(opened->sockets.front().get());
    EXPECT_EQ(get_option(accepted.get(), IPPROTO_IP, IP_TOS) & ~3, ef) << bind;
    EXPECT_EQ(text_option(accepted.get(), IPPROTO_TCP, TCP_CONGESTION), "reno") << bind;
  }
}

TEST(NetworkOptions, ReappliedOnesReplaceEarlier) {
  const auto socket = fresh();
  const NetworkOptions usual = usual_network_options();
  ASSERT_EQ(apply_network(every_option(), socket.get(), AF_INET), 0);
  ASSERT_EQ(reapply_network({.dscp = 10, .fast_open = 3}, usual, socket.get(), AF_INET), 0);
  const NetworkOptions now = network_options_of(socket.get(), AF_INET);
  EXPECT_EQ(now.dscp, 10u);
  EXPECT_EQ(now.fast_open, 3);
  EXPECT_EQ(now.congestion, usual.congestion) << "what is not said is as the kernel has it";
  EXPECT_EQ(now.defer_accept.count(), 0);
  EXPECT_EQ(text_option(socket.get(), SOL_SOCKET, SO_BINDTODEVICE), "lo") << "it stays from the beginning";
}

TEST(NetworkOptions, WhatCreatorsGaveComesBack) {
  const auto socket = fresh();
  ASSERT_EQ(apply_network({.dscp = 46, .congestion = "reno"}, socket.get(), AF_INET), 0);
  const NetworkOptions passed_with = network_options_of(socket.get(), AF_INET);
  ASSERT_EQ(reapply_network({.dscp = 10}, passed_with, socket.get(), AF_INET), 0);
  EXPECT_EQ(network_options_of(socket.get(), AF_INET).congestion, "reno");
  ASSERT_EQ(reapply_network({}, passed_with, socket.get(), AF_INET), 0);
  EXPECT_EQ(network_options_of(socket.get(), AF_INET), passed_with);
}

TEST(NetworkOptions, ReapplyingTheSameNeedsNoCapability) {
  const auto socket = fresh();
  const NetworkOptions options{.mark = 5};
  if (apply_network(options, socket.get(), AF_INET) == EPERM)
    GTEST_SKIP() << "this user has no CAP_NET_ADMIN";
  const pid_t child = ::fork();
  if (child == 0) {
    const bool dropped = ::setresuid(65'534, 65'534, 65'534) == 0;
    const bool refused = reapply_network({.mark = 6}, {}, socket.get(), AF_INET) == EPERM;
    ::_exit(dropped && refused && reapply_network(options, {}, socket.get(), AF_INET) == 0 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(NetworkOptions, FreeBindTakesAbsentAddresses) {
  const BindAddress absent = bind_address("192.0.2.77:0");
  EXPECT_FALSE(open_listeners(absent, {}, 1));
  EXPECT_TRUE(open_listeners(absent, listening_with({.free_bind = true}), 1));
}

TEST(NetworkOptions, RefusedListenerSaysWhichAndWhy) {
  const auto why = [](NetworkOptions options) {
    const auto opened = open_listeners(bind_address("127.0.0.1:0"), listening_with(std::move(options)), 1);
    return opened ? std::string() : opened.error().what;
  };
  EXPECT_EQ(why({.interface = "nosuchif0"}),
            "cannot listen on 127.0.0.1:0: No such device (interface: this host has no interface nosuchif0)");
  EXPECT_NE(why({.congestion = "none"}).find("(congestion: the kernel has no none"), std::string::npos);
}

TEST(NetworkOptions, EachRefusedOneIsNamed) {
  const auto refused = refused_options({.interface = "nosuchif0", .dscp = 46, .congestion = "none"}, AF_INET);
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].key, "interface");
  EXPECT_EQ(refused[0].error, ENODEV);
  EXPECT_EQ(refused[1].key, "congestion");
  EXPECT_EQ(refused[1].error, ENOENT);
  EXPECT_TRUE(refused_options({.interface = "nosuchif0"}, AF_UNIX).empty());
}

TEST(NetworkOptions, MptcpIsMadeWhereItIs) {
  if (!makes_mptcp({.mptcp = true})) GTEST_SKIP() << "this host has no MPTCP";
  EXPECT_TRUE(is_mptcp(fresh(AF_INET, {.mptcp = true}).get()));
  EXPECT_FALSE(is_mptcp(fresh().get()));
  EXPECT_FALSE(makes_mptcp({}));
  EXPECT_TRUE(fresh(AF_UNIX, {.mptcp = true})) << "a Unix socket is made as ever";
}

TEST(NetworkOptions, TcpReplacesMissingMptcp) {
  bool ran = false, switched_off = false;
  test::on_private_network([&] {
    switched_off = std::system("sysctl --quiet --write net.mptcp.enabled=0 2>/dev/null") == 0;
    const auto socket = fresh(AF_INET, {.mptcp = true});
    ran = socket && !is_mptcp(socket.get()) && !makes_mptcp({.mptcp = true});
  });
  if (!switched_off) GTEST_SKIP() << "this user may not switch MPTCP off, or there is none";
  EXPECT_TRUE(ran);
}

TEST(NetworkOptions, MadeAlikeMeansInterfaceAndMptcp) {
  const NetworkOptions made{.interface = "lo"};
  const auto socket = fresh();
  ASSERT_EQ(apply_network(made, socket.get(), AF_INET), 0);
  EXPECT_TRUE(is_made_by(made, socket.get()));
  EXPECT_FALSE(is_made_by({}, socket.get()));
  EXPECT_TRUE(is_made_alike(made, {.interface = "lo", .mark = 5, .dscp = 1, .free_bind = true}));
  EXPECT_FALSE(is_made_alike(made, {.interface = "lo", .mptcp = true}));
}

}  // namespace
}  // namespace duplexd
