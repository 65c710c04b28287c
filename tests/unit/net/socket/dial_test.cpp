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

class DialTest : public testing::Test {
 protected:
  ListeningSockets listening =
      *open_listeners(bind_address("127.0.0.1:0"), {.backlog = 0, .unix_socket = {}}, 1);
  int listener = listening.sockets.front().get();
  SocketAddress to = local_address(listener);
};

TEST_F(DialTest, AConnectionThatSucceedsIsConnectedOnceItIsWritable) {
  const auto dialled = dial(to, {}, nullptr);
  ASSERT_TRUE(dialled.socket);
  ASSERT_TRUE(dialled.connected() || dialled.in_progress()) << dialled.error;
  EXPECT_FALSE(dialled.local);
  ASSERT_TRUE(wait_for(dialled.socket.get(), POLLOUT));
  EXPECT_EQ(finish_dial(dialled.socket.get(), to), 0);
  EXPECT_EQ(finish_dial(dialled.socket.get(), to), 0);
  EXPECT_EQ(peer_address(dialled.socket.get()), to);
}

TEST_F(DialTest, TheSocketHasItsOptionsAndNeitherBlocksNorIsInherited) {
  SocketOptions options;
  options.receive_buffer = 30'000;
  const auto dialled = dial(to, options, nullptr);
  ASSERT_TRUE(dialled.socket);
  EXPECT_TRUE(::fcntl(dialled.socket.get(), F_GETFL) & O_NONBLOCK);
  EXPECT_TRUE(::fcntl(dialled.socket.get(), F_GETFD) & FD_CLOEXEC);
  EXPECT_EQ(option(dialled.socket.get(), IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(dialled.socket.get(), SOL_SOCKET, SO_RCVBUF), 60'000);
}

TEST_F(DialTest, ThisHostRefusesAtOnce) {
  const auto refusing = refusing_socket();
  const auto dialled = dial(local_address(refusing.get()), {}, nullptr);
  EXPECT_EQ(dialled.error, ECONNREFUSED);
  EXPECT_FALSE(dialled.socket);
  EXPECT_FALSE(dialled.local) << "another endpoint may do";
}

TEST_F(DialTest, AConnectionWithoutAnswerIsNotYetThereAndMayComeToBe) {
  // The backlog of 0 holds one connection; the kernel drops the SYN of the next, which is sent again.
  const auto first = dial(to, {}, nullptr);
  const auto second = dial(to, {}, nullptr);
  ASSERT_TRUE(second.in_progress()) << second.error;
  EXPECT_EQ(finish_dial(second.socket.get(), to), EALREADY);
  EXPECT_EQ(finish_dial(second.socket.get(), to), EALREADY);

  ASSERT_TRUE(accept_from(listener));
  ASSERT_TRUE(wait_for(second.socket.get(), POLLOUT));
  EXPECT_EQ(finish_dial(second.socket.get(), to), 0);
}

TEST_F(DialTest, ASourceAddressIsUsedAndItsPortIsChosenLate) {
  const auto source = address("127.0.0.2:0");
  const auto dialled = dial(to, {}, &source);
  ASSERT_TRUE(dialled.socket) << dialled.error;
  const auto local = local_address(dialled.socket.get());
  EXPECT_EQ(PeerAddress(local).ip(), PeerAddress(source).ip());
  EXPECT_NE(local.port(), 0);
  EXPECT_EQ(option(dialled.socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT), 1);
}

TEST_F(DialTest, ASourceAddressOfIpv6IsUsedToo) {
  const auto ipv6 = open_listeners(bind_address("[::1]:0"), {}, 1);
  if (!ipv6) GTEST_SKIP() << "this host has no IPv6";
  const auto source = address("[::1]:0");
  const auto dialled = dial(local_address(ipv6->sockets.front().get()), {}, &source);
  ASSERT_TRUE(dialled.socket) << dialled.error;
  EXPECT_EQ(option(dialled.socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT), 1);
  EXPECT_TRUE(accept_from(ipv6->sockets.front().get()));
}

TEST_F(DialTest, ASourceAddressThatIsNotOursBelongsToTheEndpoint) {
  const auto source = address("192.0.2.1:0");
  const auto dialled = dial(to, {}, &source);
  EXPECT_FALSE(dialled.socket);
  EXPECT_EQ(dialled.error, EADDRNOTAVAIL);
  EXPECT_FALSE(dialled.local);
}

TEST_F(DialTest, WantOfDescriptorsIsOurs) {
  // A copy, for the sanitizer needs a descriptor to check an access to the fixture.
  const auto dialled = [at = to] {
    const NoDescriptors none;
    return dial(at, {}, nullptr);
  }();
  EXPECT_FALSE(dialled.socket);
  EXPECT_EQ(dialled.error, EMFILE);
  EXPECT_TRUE(dialled.local);
  EXPECT_FALSE(dialled.connected() || dialled.in_progress());
}

TEST_F(DialTest, AnOptionThatIsRefusedIsOurs) {
  SocketOptions options;
  options.user_timeout = std::chrono::milliseconds{-1};
  const auto dialled = dial(to, options, nullptr);
  EXPECT_FALSE(dialled.socket);
  EXPECT_EQ(dialled.error, EINVAL);
  EXPECT_TRUE(dialled.local);
}

TEST_F(DialTest, AFamilyThatTheHostDoesNotHaveBelongsToTheEndpoint) {
  const auto dialled = dial(SocketAddress(), {}, nullptr);
  EXPECT_FALSE(dialled.socket);
  EXPECT_EQ(dialled.error, EAFNOSUPPORT);
  EXPECT_FALSE(dialled.local);
}

TEST(DialUnixTest, AUnixEndpointConnectsAtOnce) {
  const auto bind = bind_address("unix:@duplexd-dial-test");
  const auto listening = open_listeners(bind, {}, 1);
  ASSERT_TRUE(listening) << listening.error().what;
  const auto dialled = dial(bind.address, {}, nullptr);
  EXPECT_TRUE(dialled.connected()) << dialled.error;
  EXPECT_TRUE(dialled.socket);
  EXPECT_EQ(finish_dial(dialled.socket.get(), bind.address), 0);
}

TEST(DialUnixTest, AUnixEndpointWithoutListenerFailsAtOnce) {
  const TemporaryDirectory directory;
  const auto dialled = dial(address("unix:" + directory.file("x.sock")), {}, nullptr);
  EXPECT_FALSE(dialled.socket);
  EXPECT_EQ(dialled.error, ENOENT);
  EXPECT_FALSE(dialled.local);
  EXPECT_EQ(dial(address("unix:@duplexd-nobody"), {}, nullptr).error, ECONNREFUSED);
}

TEST(DialUnixTest, AUnixEndpointWithAFullBacklogFailsAtOnce) {
  const auto bind = bind_address("unix:@duplexd-full-test");
  const auto listening = open_listeners(bind, {.backlog = 0, .unix_socket = {}}, 1);
  ASSERT_TRUE(listening) << listening.error().what;
  const auto waiting = dial(bind.address, {}, nullptr);
  ASSERT_TRUE(waiting.connected());
  const auto dialled = dial(bind.address, {}, nullptr);
  EXPECT_EQ(dialled.error, EAGAIN);
  EXPECT_FALSE(dialled.in_progress());
  EXPECT_FALSE(dialled.socket);
}

}  // namespace
}  // namespace duplexd
