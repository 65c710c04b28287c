#include "core/net/socket/diag/connection_owner.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace duplexd {
namespace {

using test::Backend;
using test::Peer;

TEST(ConnectionOwnerTest, ConnectionOfThisHostHasOwner) {
  for (const auto* const host : {"127.0.0.1:0", "[::1]:0"}) {
    const Backend listener(test::address_of(host));
    const Peer client = Peer::connect(listener.address());
    EXPECT_EQ(owner_of_connection(client.local(), listener.address()), ::geteuid()) << host;
  }
}

TEST(ConnectionOwnerTest, OthersHaveNoOwner) {
  const Backend listener;
  const Peer client = Peer::connect(listener.address());
  EXPECT_EQ(owner_of_connection(client.local(), test::loopback(1)), std::nullopt) << "not dialled";
  EXPECT_EQ(owner_of_connection(listener.address(), test::loopback(1)), std::nullopt) << "a listener";
  EXPECT_EQ(owner_of_connection(test::address_of("192.0.2.1:1"), test::address_of("[::1]:1")), std::nullopt);
  EXPECT_EQ(owner_of_connection(SocketAddress(), SocketAddress()), std::nullopt);
}

}  // namespace
}  // namespace duplexd
