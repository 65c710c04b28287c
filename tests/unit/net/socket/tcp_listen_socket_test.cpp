#include "core/net/socket/listen_socket.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>

#include <fstream>
#include <vector>

namespace duplexd {
namespace {

using namespace net_test;

std::uint16_t port_of(const FileDescriptor& socket) { return local_address(socket.get()).port(); }

/// A listener of another program, which allows sharing.
FileDescriptor foreign_listener(const SocketAddress& at) {
  FileDescriptor socket(::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(socket.get(), at.data(), at.size()) != 0 || ::listen(socket.get(), 1) != 0) socket.reset();
  return socket;
}

int waiting_clients(const FileDescriptor& listener) {
  int count = 0;
  while (FileDescriptor(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC))) ++count;
  return count;
}

TEST(TcpListenSocketTest, ListeningSocketsNeverBlock) {
  const auto listening = open_listeners(bind_address("127.0.0.1:0"), {}, 3);
  ASSERT_TRUE(listening) << listening.error().what;
  ASSERT_EQ(listening->sockets.size(), 3U);
  for (const auto& socket : listening->sockets) {
    EXPECT_EQ(option(socket.get(), SOL_SOCKET, SO_ACCEPTCONN), 1);
    EXPECT_TRUE(::fcntl(socket.get(), F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC);
  }
  EXPECT_EQ(listening->file.path(), "");
}

TEST(TcpListenSocketTest, AllSocketsShareTheChosenPort) {
  const auto listening = open_listeners(bind_address("127.0.0.1:0"), {}, 4);
  ASSERT_TRUE(listening) << listening.error().what;
  EXPECT_NE(port_of(listening->sockets.front()), 0);
  for (const auto& socket : listening->sockets)
    EXPECT_EQ(port_of(socket), port_of(listening->sockets.front()));
}

TEST(TcpListenSocketTest, ConnectionsSpreadOverAllSockets) {
  const auto listening = open_listeners(bind_address("127.0.0.1:0"), {}, 4);
  ASSERT_TRUE(listening) << listening.error().what;
  std::vector<FileDescriptor> clients;
  for (int i = 0; i < 200; ++i)
    clients.push_back(connect_to(local_address(listening->sockets.front().get())));
  int sum = 0;
  for (const auto& socket : listening->sockets) {
    const int count = waiting_clients(socket);
    EXPECT_GT(count, 0);
    sum += count;
  }
  EXPECT_EQ(sum, 200);
}

TEST(TcpListenSocketTest, SharedAddressOfAnotherIsRefused) {
  const auto foreign = foreign_listener(address("127.0.0.1:0"));
  ASSERT_TRUE(foreign);
  const auto taken = local_address(foreign.get()).to_string();
  for (const unsigned count : {1U, 4U}) {
    const auto listening = open_listeners(bind_address(taken), {}, count);
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().error, EADDRINUSE);
    EXPECT_EQ(listening.error().what, "cannot listen on " + taken + ": Address already in use");
  }
}

TEST(TcpListenSocketTest, WildcardIsRefusedWhereAnotherListens) {
  const auto foreign = foreign_listener(address("127.0.0.1:0"));
  ASSERT_TRUE(foreign);
  const auto port = std::to_string(local_address(foreign.get()).port());
  for (const std::string& text : {"0.0.0.0:" + port, ":" + port}) {
    const auto listening = open_listeners(bind_address(text), {}, 2);
    ASSERT_FALSE(listening) << text;
    EXPECT_EQ(listening.error().error, EADDRINUSE);
  }
}

TEST(TcpListenSocketTest, OwnAddressIsRefusedTwice) {
  const auto first = open_listeners(bind_address("127.0.0.1:0"), {}, 2);
  ASSERT_TRUE(first) << first.error().what;
  const auto second = open_listeners(bind_address(local_address(first->sockets[0].get()).to_string()), {}, 2);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error, EADDRINUSE);
}

TEST(TcpListenSocketTest, RestartTakesAddressDespiteLingeringConnections) {
  auto before = open_listeners(bind_address("127.0.0.1:0"), {}, 2);
  ASSERT_TRUE(before) << before.error().what;
  const auto at = local_address(before->sockets.front().get());
  const auto client = connect_to(at);
  auto accepted = FileDescriptor(::accept4(before->sockets[0].get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!accepted) accepted = accept_from(before->sockets[1].get());
  ASSERT_TRUE(accepted);
  *before = ListeningSockets{};
  accepted.reset();  // we close first: TIME_WAIT is on our side
  const auto after = open_listeners(bind_address(at.to_string()), {}, 2);
  EXPECT_TRUE(after) << after.error().what;
}

TEST(TcpListenSocketTest, AddressWithoutInterfaceIsExplained) {
  const auto listening = open_listeners(bind_address("192.0.2.1:0"), {}, 1);
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().error, EADDRNOTAVAIL);
  EXPECT_EQ(listening.error().what,
            "cannot listen on 192.0.2.1:0: Cannot assign requested address (no interface has this address)");
}

TEST(TcpListenSocketTest, LowPortNamesMissingCapability) {
  int first_unprivileged = 0;
  std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> first_unprivileged;
  if (first_unprivileged < 2) GTEST_SKIP() << "this host lets everybody listen on low ports";
  const Unprivileged unprivileged;
  const auto listening = open_listeners(bind_address("127.0.0.1:1"), {}, 1);
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().error, EACCES);
  EXPECT_EQ(listening.error().what,
            "cannot listen on 127.0.0.1:1: Permission denied (a port below 1024 needs CAP_NET_BIND_SERVICE)");
}

TEST(TcpListenSocketTest, Ipv6AddressLeavesIpv4ToOthers) {
  if (!host_has_ipv6()) GTEST_SKIP() << "this host has no IPv6";
  const auto ipv6 = open_listeners(bind_address("[::]:0"), {}, 2);
  ASSERT_TRUE(ipv6) << ipv6.error().what;
  for (const auto& socket : ipv6->sockets) EXPECT_EQ(option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY), 1);
  const auto port = port_of(ipv6->sockets.front());
  EXPECT_FALSE(connect_to(address("127.0.0.1:" + std::to_string(port))));
  EXPECT_TRUE(connect_to(address("[::1]:" + std::to_string(port))));
}

TEST(TcpListenSocketTest, DualStackSocketTakesBothFamilies) {
  if (!host_has_ipv6()) GTEST_SKIP() << "this host has no IPv6";
  const auto both = open_listeners(bind_address(":0"), {}, 1);
  ASSERT_TRUE(both) << both.error().what;
  const auto port = std::to_string(port_of(both->sockets.front()));
  EXPECT_TRUE(connect_to(address("[::1]:" + port)));
  const auto client = connect_to(address("127.0.0.1:" + port));
  ASSERT_TRUE(client);
  accept_from(both->sockets.front().get());
  const auto accepted = accept_from(both->sockets.front().get());
  EXPECT_EQ(PeerAddress(peer_address(accepted.get())), PeerAddress(local_address(client.get())));
}

TEST(TcpListenSocketTest, DualStackWorksWithoutIpv6) {
  const auto both = open_listeners(bind_address(":0"), {}, 2);
  ASSERT_TRUE(both) << both.error().what;
  EXPECT_TRUE(connect_to(address("127.0.0.1:" + std::to_string(port_of(both->sockets.front())))));
}

TEST(TcpListenSocketTest, FailedListenLeavesNoDescriptor) {
  const FileDescriptor before(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto foreign = foreign_listener(address("127.0.0.1:0"));
  EXPECT_FALSE(open_listeners(bind_address(local_address(foreign.get()).to_string()), {}, 4));
  const FileDescriptor after(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(after.get(), foreign.get() + 1);
}

TEST(AdoptListenersTest, AdoptedListenerIsSharedByWorkers) {
  auto inherited = foreign_listener(address("127.0.0.1:0"));
  const auto at = local_address(inherited.get());
  ::fcntl(inherited.get(), F_SETFD, 0);
  const auto adopted = adopt_listeners(std::move(inherited), 128, 3);
  ASSERT_TRUE(adopted) << adopted.error().what;
  ASSERT_EQ(adopted->sockets.size(), 3U);
  for (const auto& socket : adopted->sockets) {
    EXPECT_EQ(local_address(socket.get()), at);
    EXPECT_TRUE(::fcntl(socket.get(), F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC);
  }
  const auto client = connect_to(at);
  EXPECT_TRUE(accept_from(adopted->sockets.back().get()));
}

std::string refusal(FileDescriptor socket) {
  const std::string number = std::to_string(socket.get());
  const auto adopted = adopt_listeners(std::move(socket), 128, 1);
  if (adopted) return "adopted";
  const std::string begin = "cannot listen on inherited descriptor " + number + ": ";
  EXPECT_TRUE(adopted.error().what.starts_with(begin)) << adopted.error().what;
  return adopted.error().what.substr(begin.size());
}

TEST(AdoptListenersTest, ShutDownListenerListensAgain) {
  for (const int times : {1, 2, 3}) {
    auto inherited = foreign_listener(address("127.0.0.1:0"));
    const auto at = local_address(inherited.get());
    for (int i = 0; i < times; ++i) ::shutdown(inherited.get(), SHUT_RD);
    const auto adopted = adopt_listeners(std::move(inherited), 128, 1);
    ASSERT_TRUE(adopted) << adopted.error().what;
    EXPECT_EQ(local_address(adopted->sockets[0].get()), at) << "the port that the kernel chose";
    const auto client = connect_to(at);
    const auto accepted = accept_from(adopted->sockets[0].get());
    EXPECT_TRUE(peek(accepted.get()).would_block()) << "its stream has not ended";
  }
}

TEST(AdoptListenersTest, UnmendableSocketIsRefused) {
  EXPECT_EQ(refusal(FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))),
            "it is bound to no address");
  EXPECT_EQ(refusal(std::move(connected_pair("127.0.0.1:0").ours)), "it does not listen: set Accept=no");
  auto local = open_listeners(bind_address("unix:@shut-down"), {}, 1);
  ASSERT_TRUE(local) << local.error().what;
  ::shutdown(local->sockets[0].get(), SHUT_RD);
  EXPECT_EQ(refusal(std::move(local->sockets[0])),
            "it was shut down for good: restart its socket unit, or whoever made it");
}

TEST(AdoptListenersTest, AdoptedSocketMustBeStream) {
  for (const int other :
       {::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ::open("/dev/null", O_RDONLY | O_CLOEXEC)}) {
    const auto adopted = adopt_listeners(FileDescriptor(other), 128, 1);
    ASSERT_FALSE(adopted);
    EXPECT_NE(adopted.error().what.find("it is no stream socket"), std::string::npos);
  }
}

}  // namespace
}  // namespace duplexd
