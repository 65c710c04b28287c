#include "core/net/socket/connecting.hpp"

#include "core/net/socket/stream.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

namespace duplexd {
namespace {

using namespace net_test;

/// A port that answers every SYN with a reset: bound, but not listening.
FileDescriptor refusing_socket() {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto at = address("127.0.0.1:0");
  if (::bind(socket.get(), at.data(), at.size()) != 0) socket.reset();
  return socket;
}

/// While it lives, the process gets no further descriptor.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

class ConnectingTest : public testing::Test {
 protected:
  ListeningSockets listening =
      *open_listeners(bind_address("127.0.0.1:0"), {.backlog = 0, .unix_socket = {}}, 1);
  int listener = listening.sockets.front().get();
  SocketAddress to = local_address(listener);
};

TEST_F(ConnectingTest, WritableSocketIsConnected) {
  const auto begun = begin_connect(to, {}, nullptr);
  ASSERT_TRUE(begun.socket);
  ASSERT_TRUE(begun.connected() || begun.in_progress()) << begun.error;
  ASSERT_TRUE(wait_for(begun.socket.get(), POLLOUT));
  EXPECT_EQ(finish_connect(begun.socket.get(), to), 0);
  EXPECT_EQ(finish_connect(begun.socket.get(), to), 0);
  EXPECT_EQ(peer_address(begun.socket.get()), to);
}

TEST_F(ConnectingTest, SocketHasOptionsAndNeverBlocks) {
  SocketOptions options;
  options.receive_buffer = 30'000;
  const auto begun = begin_connect(to, options, nullptr);
  ASSERT_TRUE(begun.socket);
  EXPECT_TRUE(::fcntl(begun.socket.get(), F_GETFL) & O_NONBLOCK);
  EXPECT_TRUE(::fcntl(begun.socket.get(), F_GETFD) & FD_CLOEXEC);
  EXPECT_EQ(option(begun.socket.get(), IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(begun.socket.get(), SOL_SOCKET, SO_RCVBUF), 60'000);
}

TEST_F(ConnectingTest, ThisHostRefusesAtOnce) {
  const auto refusing = refusing_socket();
  const auto begun = begin_connect(local_address(refusing.get()), {}, nullptr);
  EXPECT_EQ(begun.error, ECONNREFUSED);
  EXPECT_FALSE(begun.socket);
  EXPECT_EQ(begun.step, ConnectStep::connect);
}

TEST_F(ConnectingTest, UnansweredConnectionStaysInProgress) {
  // The backlog of 0 holds one connection; the kernel drops the SYN of the next, which is sent again.
  const auto first = begin_connect(to, {}, nullptr);
  const auto second = begin_connect(to, {}, nullptr);
  ASSERT_TRUE(second.in_progress()) << second.error;
  EXPECT_EQ(finish_connect(second.socket.get(), to), EALREADY);
  EXPECT_EQ(finish_connect(second.socket.get(), to), EALREADY);

  ASSERT_TRUE(accept_from(listener));
  ASSERT_TRUE(wait_for(second.socket.get(), POLLOUT));
  EXPECT_EQ(finish_connect(second.socket.get(), to), 0);
}

TEST_F(ConnectingTest, SourceAddressChoosesItsPortLate) {
  const auto source = address("127.0.0.2:0");
  const auto begun = begin_connect(to, {}, &source);
  ASSERT_TRUE(begun.socket) << begun.error;
  const auto local = local_address(begun.socket.get());
  EXPECT_EQ(PeerAddress(local).ip(), PeerAddress(source).ip());
  EXPECT_NE(local.port(), 0);
  EXPECT_EQ(option(begun.socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT), 1);
}

TEST_F(ConnectingTest, Ipv6SourceAddressIsUsed) {
  const auto ipv6 = open_listeners(bind_address("[::1]:0"), {}, 1);
  if (!ipv6) GTEST_SKIP() << "this host has no IPv6";
  const auto source = address("[::1]:0");
  const auto begun = begin_connect(local_address(ipv6->sockets.front().get()), {}, &source);
  ASSERT_TRUE(begun.socket) << begun.error;
  EXPECT_EQ(option(begun.socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT), 1);
  EXPECT_TRUE(accept_from(ipv6->sockets.front().get()));
}

TEST_F(ConnectingTest, AbsentSourceAddressIsTold) {
  const auto source = address("192.0.2.1:0");
  const auto begun = begin_connect(to, {}, &source);
  EXPECT_FALSE(begun.socket);
  EXPECT_EQ(begun.error, EADDRNOTAVAIL);
  EXPECT_EQ(begun.step, ConnectStep::source);
}

TEST_F(ConnectingTest, DescriptorShortageFailsTheSocket) {
  // A copy, for the sanitizer needs a descriptor to check an access to the fixture.
  const auto begun = [at = to] {
    const NoDescriptors none;
    return begin_connect(at, {}, nullptr);
  }();
  EXPECT_FALSE(begun.socket);
  EXPECT_EQ(begun.error, EMFILE);
  EXPECT_EQ(begun.step, ConnectStep::socket);
  EXPECT_FALSE(begun.connected() || begun.in_progress());
}

TEST_F(ConnectingTest, RefusedOptionIsDoneWithout) {
  SocketOptions options;
  options.user_timeout = std::chrono::milliseconds{-1};
  const auto begun = begin_connect(to, options, nullptr);
  EXPECT_TRUE(begun.socket);
  EXPECT_TRUE(begun.connected() || begun.in_progress());
}

TEST_F(ConnectingTest, RefusedNetworkOptionFails) {
  SocketOptions options;
  options.network.interface = "nosuchif0";
  const auto begun = begin_connect(to, options, nullptr);
  EXPECT_FALSE(begun.socket);
  EXPECT_EQ(begun.error, ENODEV);
  EXPECT_EQ(begun.step, ConnectStep::option);
}

TEST_F(ConnectingTest, NetworkOptionsPrecedeTheHandshake) {
  SocketOptions options;
  options.network.dscp = 46;
  options.network.interface = "lo";
  const auto begun = begin_connect(to, options, nullptr);
  ASSERT_TRUE(begun.socket) << begun.error;
  EXPECT_EQ(option(begun.socket.get(), IPPROTO_IP, IP_TOS), 46 << 2);
  EXPECT_GT(option(begun.socket.get(), SOL_SOCKET, SO_BINDTOIFINDEX), 0);
}

TEST_F(ConnectingTest, UnknownFamilyHasNoSocket) {
  const auto begun = begin_connect(SocketAddress(), {}, nullptr);
  EXPECT_FALSE(begun.socket);
  EXPECT_EQ(begun.error, EAFNOSUPPORT);
  EXPECT_EQ(begun.step, ConnectStep::socket);
}

// A source of the port that is dialled makes certain what is luck otherwise.
TEST(ConnectingToItself, SocketThatMeetsItselfIsRecognised) {
  const SocketAddress free = local_address(refusing_socket().get());
  const auto begun = begin_connect(free, {}, &free);
  ASSERT_TRUE(begun.connected()) << begun.error;
  EXPECT_TRUE(is_connected_to_itself(begun.socket.get(), free));
  reset_on_close(begun.socket.get());
}

TEST_F(ConnectingTest, SocketOfAnotherIsNotItself) {
  const auto begun = begin_connect(to, {}, nullptr);
  ASSERT_TRUE(begun.socket);
  EXPECT_FALSE(is_connected_to_itself(begun.socket.get(), to));
}

TEST(ConnectingUnixTest, UnixEndpointConnectsAtOnce) {
  const auto bind = bind_address("unix:@duplexd-dial-test");
  const auto listening = open_listeners(bind, {}, 1);
  ASSERT_TRUE(listening) << listening.error().what;
  const auto begun = begin_connect(bind.address, {}, nullptr);
  EXPECT_TRUE(begun.connected()) << begun.error;
  EXPECT_TRUE(begun.socket);
  EXPECT_EQ(finish_connect(begun.socket.get(), bind.address), 0);
}

TEST(ConnectingUnixTest, UnixEndpointWithoutListenerFails) {
  const TemporaryDirectory directory;
  const auto begun = begin_connect(address("unix:" + directory.file("x.sock")), {}, nullptr);
  EXPECT_FALSE(begun.socket);
  EXPECT_EQ(begun.error, ENOENT);
  EXPECT_EQ(begun.step, ConnectStep::connect);
  EXPECT_EQ(begin_connect(address("unix:@duplexd-nobody"), {}, nullptr).error, ECONNREFUSED);
}

TEST(ConnectingUnixTest, UnixEndpointWithFullBacklogFails) {
  const auto bind = bind_address("unix:@duplexd-full-test");
  const auto listening = open_listeners(bind, {.backlog = 0, .unix_socket = {}}, 1);
  ASSERT_TRUE(listening) << listening.error().what;
  const auto waiting = begin_connect(bind.address, {}, nullptr);
  ASSERT_TRUE(waiting.connected());
  const auto begun = begin_connect(bind.address, {}, nullptr);
  EXPECT_EQ(begun.error, EAGAIN);
  EXPECT_FALSE(begun.in_progress());
  EXPECT_FALSE(begun.socket);
}

}  // namespace
}  // namespace duplexd
