#include "core/net/transparency/transparency.hpp"

#include "core/net/socket/socket_calls.hpp"
#include "tests/support/peer.hpp"
#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>

#include <utility>

namespace duplexd {
namespace {

using test::Backend;
using test::Peer;

/// A client of this address, and the socket that was accepted.
std::pair<Peer, Peer> connection_to(Backend& listener, const SocketAddress& to) {
  Peer client = Peer::connect(to);
  return {std::move(client), listener.accept()};
}

TEST(TransparencyTest, UnledClientWantedToComeHere) {
  for (const auto* const host : {"127.0.0.1:0", "[::1]:0"}) {
    Backend listener(net_test::address(host));
    const auto [client, accepted] = connection_to(listener, listener.address());
    EXPECT_EQ(original_destination(accepted.fd()), listener.address());
  }
}

TEST(TransparencyTest, MappedDestinationIsOneOfIpv4) {
  auto opened = open_listeners(net_test::bind_address(":0"), {}, 1);
  ASSERT_TRUE(opened);
  const int listening = opened->sockets.front().get();
  SocketAddress to = net_test::address("127.0.0.3:0");
  to.set_port(local_address(listening).port());
  const Peer client = Peer::connect(to);
  ASSERT_TRUE(net_test::wait_for(listening, POLLIN));
  const FileDescriptor accepted(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
  ASSERT_EQ(local_address(accepted.get()).family(), AF_INET6);
  EXPECT_EQ(original_destination(accepted.get()), to);
}

TEST(TransparencyTest, UnixClientWantedToGoNowhere) {
  Backend listener(test::address_of("unix:@duplexd-transparency-test"));
  const auto [client, accepted] = connection_to(listener, listener.address());
  EXPECT_EQ(original_destination(accepted.fd()).size(), 0u);
}

TEST(TransparencyTest, TransparentSocketHasForeignAddress) {
  if (!may_be_transparent()) GTEST_SKIP() << "needs CAP_NET_ADMIN or CAP_NET_RAW";
  for (const auto* const foreign : {"192.0.2.1:0", "[2001:db8::1]:0"}) {
    const SocketAddress address = net_test::address(foreign);
    const auto socket = new_socket(address.family());
    EXPECT_EQ(bind_to(*socket, address).value(), EADDRNOTAVAIL);
    EXPECT_EQ(set_transparent(socket->get(), address.family(), true), 0);
    EXPECT_EQ(bind_to(*socket, address).value(), 0);
    EXPECT_EQ(set_transparent(socket->get(), address.family(), false), 0);
  }
}

}  // namespace
}  // namespace duplexd
