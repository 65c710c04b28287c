#include "core/net/socket/socket_options.hpp"

#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <utility>

namespace duplexd {
namespace {

using namespace net_test;

FileDescriptor new_tcp_socket() { return FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

SocketOptions nothing() {
  SocketOptions options;
  options.nodelay = false;
  options.keepalive.enabled = false;
  return options;
}

TEST(SocketOptionsTest, DefaultsAreNoDelayAndKeepalive) {
  const auto socket = new_tcp_socket();
  ASSERT_EQ(apply({}, socket.get(), AF_INET), 0);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(socket.get(), SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_KEEPIDLE), 60);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_KEEPINTVL), 10);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_KEEPCNT), 6);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_USER_TIMEOUT), 0);
}

TEST(SocketOptionsTest, EveryOptionReachesTheSocket) {
  SocketOptions options;
  options.keepalive = {true, std::chrono::seconds{7}, std::chrono::seconds{3}, 2};
  options.user_timeout = std::chrono::milliseconds{1234};
  options.receive_buffer = 30'000;
  options.send_buffer = 20'000;
  const auto socket = new_tcp_socket();
  ASSERT_EQ(apply(options, socket.get(), AF_INET), 0);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_KEEPIDLE), 7);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_KEEPINTVL), 3);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_KEEPCNT), 2);
  EXPECT_EQ(option(socket.get(), IPPROTO_TCP, TCP_USER_TIMEOUT), 1234);
  EXPECT_EQ(option(socket.get(), SOL_SOCKET, SO_RCVBUF), 60'000);  // socket(7): the kernel doubles it
  EXPECT_EQ(option(socket.get(), SOL_SOCKET, SO_SNDBUF), 40'000);
}

TEST(SocketOptionsTest, UnsetOptionsKeepKernelDefaults) {
  const auto untouched = new_tcp_socket();
  const auto socket = new_tcp_socket();
  ASSERT_EQ(apply(nothing(), socket.get(), AF_INET), 0);
  constexpr std::pair<int, int> names[] = {{IPPROTO_TCP, TCP_NODELAY},
                                           {SOL_SOCKET, SO_KEEPALIVE},
                                           {IPPROTO_TCP, TCP_KEEPIDLE},
                                           {SOL_SOCKET, SO_RCVBUF},
                                           {SOL_SOCKET, SO_SNDBUF}};
  for (const auto& [level, name] : names)
    EXPECT_EQ(option(socket.get(), level, name), option(untouched.get(), level, name))
        << level << " " << name;
}

TEST(SocketOptionsTest, NoOptionsNeedNoSystemCall) { EXPECT_EQ(apply(nothing(), -1, AF_INET), 0); }

TEST(SocketOptionsTest, UnixSocketTakesOnlyBufferSizes) {
  EXPECT_EQ(apply({}, -1, AF_UNIX), 0);
  SocketOptions options;
  options.send_buffer = 20'000;
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(apply(options, socket.get(), AF_UNIX), 0);
  EXPECT_EQ(option(socket.get(), SOL_SOCKET, SO_SNDBUF), 40'000);
  EXPECT_EQ(option(socket.get(), SOL_SOCKET, SO_KEEPALIVE), 0);
}

TEST(SocketOptionsTest, FirstRefusedOptionIsTheResult) {
  EXPECT_EQ(apply({}, -1, AF_INET), EBADF);
  SocketOptions options;
  options.keepalive.count = 1000;
  const auto socket = new_tcp_socket();
  EXPECT_EQ(apply(options, socket.get(), AF_INET), EINVAL);
}

TEST(SocketOptionsTest, HugeBufferIsCappedByKernel) {
  SocketOptions options;
  options.receive_buffer = std::size_t{1} << 40;
  const auto socket = new_tcp_socket();
  EXPECT_EQ(apply(options, socket.get(), AF_INET), 0);
  EXPECT_GT(option(socket.get(), SOL_SOCKET, SO_RCVBUF), 0);
}

TEST(SocketOptionsTest, AcceptedSocketsInheritListenerOptions) {
  const auto listening = open_listeners(bind_address("127.0.0.1:0"), {}, 1);
  ASSERT_TRUE(listening);
  const int listener = listening->sockets.front().get();
  SocketOptions options;
  options.keepalive.idle = std::chrono::seconds{7};
  options.user_timeout = std::chrono::milliseconds{1234};
  options.receive_buffer = 30'000;
  ASSERT_EQ(apply(options, listener, AF_INET), 0);
  const auto client = connect_to(local_address(listener));
  const auto accepted = accept_from(listener);
  EXPECT_EQ(option(accepted.get(), IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(accepted.get(), SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(accepted.get(), IPPROTO_TCP, TCP_KEEPIDLE), 7);
  EXPECT_EQ(option(accepted.get(), IPPROTO_TCP, TCP_USER_TIMEOUT), 1234);
  EXPECT_EQ(option(accepted.get(), SOL_SOCKET, SO_RCVBUF), 60'000);
}

}  // namespace
}  // namespace duplexd
