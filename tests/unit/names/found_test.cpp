#include "core/names/found.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

namespace duplexd {
namespace {

using test::address_of;
using Addresses = std::vector<SocketAddress>;

const SocketAddress four = address_of("192.0.2.1:0");
const SocketAddress six = address_of("[2001:db8::1]:0");

HostAddresses host_with(const Addresses& addresses) { return HostAddresses(addresses); }

TEST(FoundTest, AbsentFamilyIsLeftOut) {
  EXPECT_EQ(usable({four, six, four}, host_with({four})), (Addresses{four, four}));
  EXPECT_EQ(usable({four, six, four}, host_with({six})), Addresses{six});
  EXPECT_EQ(usable({four, six}, host_with({four, six})), (Addresses{four, six}));
}

TEST(FoundTest, LoopbackMakesNoFamilyPresent) {
  const auto host = host_with({four, address_of("[::1]:0"), address_of("127.0.0.1:0")});
  EXPECT_EQ(usable({six, four}, host), Addresses{four});
}

TEST(FoundTest, AbsentFamilyIsBetterThanNothing) {
  EXPECT_EQ(usable({six}, host_with({four})), Addresses{six});
  EXPECT_EQ(usable({four, six}, host_with({})), (Addresses{four, six}));
  EXPECT_EQ(usable({}, host_with({four})), Addresses{});
}

TEST(FoundTest, EveryStatusHasWords) {
  for (int status = 1; status <= ARES_ESERVICE; ++status) EXPECT_FALSE(words_of(status).empty()) << status;
  EXPECT_EQ(words_of(ARES_ENOTFOUND), "no such name");
  EXPECT_EQ(words_of(ARES_ETIMEOUT), no_answer);
  EXPECT_EQ(words_of(ARES_ENOMEM), out_of_memory);
}

}  // namespace
}  // namespace duplexd
