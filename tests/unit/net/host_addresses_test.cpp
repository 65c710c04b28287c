#include "core/net/host_addresses.hpp"

#include "tests/unit/net/sockets.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using net_test::address;

TEST(HostAddressesTest, LoopbackIsAlwaysHere) {
  const HostAddresses host;
  for (const char* const here : {"127.0.0.1:1", "127.8.9.10:1", "[::1]:1", "0.0.0.0:1", "[::]:1", "unix:/x"})
    EXPECT_TRUE(host.has(address(here))) << here;
  EXPECT_FALSE(host.has(address("192.0.2.1:1"))) << "TEST-NET-1";
}

TEST(HostAddressesTest, InterfacesAreHereWithAnyPort) {
  const HostAddresses host({address("192.0.2.1:0"), address("[2001:db8::1]:0")});
  EXPECT_TRUE(host.has(address("192.0.2.1:80")));
  EXPECT_TRUE(host.has(address("[::ffff:192.0.2.1]:80")));
  EXPECT_TRUE(host.has(address("[2001:db8::1]:443")));
  EXPECT_FALSE(host.has(address("192.0.2.2:80")));
}

TEST(HostAddressesTest, PresentAddressesAreOfThisHost) {
  for (const char* const here : {"127.0.0.1:1", "127.8.9.10:1", "[::1]:1"})
    EXPECT_TRUE(is_of_this_host(address(here))) << here;
  for (const char* const elsewhere : {"192.0.2.1:1", "[2001:db8::1]:1"})
    EXPECT_FALSE(is_of_this_host(address(elsewhere))) << elsewhere;
}

}  // namespace
}  // namespace duplexd
