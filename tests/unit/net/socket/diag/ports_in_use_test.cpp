#include "core/net/socket/diag/ports_in_use.hpp"

#include "tests/support/peer.hpp"

#include <gtest/gtest.h>

#include <array>

namespace duplexd {
namespace {

using test::address_of;
using test::Backend;
using test::eventually;
using test::loopback;
using test::Peer;

std::vector<PortUse> uses_to(const Backend& backend) {
  return ports_in_use(std::array{PeerAddress(backend.address())});
}

/// Whoever closed a connection to its port before has left nothing in TIME_WAIT there.
Backend backend_without_past(const SocketAddress& address) {
  Backend backend(address);
  EXPECT_TRUE(eventually([&] {
    const bool unused = uses_to(backend).empty();
    if (!unused) backend = Backend(address);
    return unused;
  }));
  return backend;
}

class PortsInUseTest : public testing::Test {
 protected:
  Peer connect_from(const char* source) {
    Peer client = Peer::connect(backend.address(), {.source = address_of(source)});
    accepted.push_back(backend.accept());
    return client;
  }
  std::size_t ports_of(const char* source) const {
    std::size_t ports = 0;
    for (const PortUse& use : uses_to(backend)) {
      EXPECT_EQ(use.destination, PeerAddress(backend.address()));
      if (use.source == PeerAddress(address_of(source))) ports += use.ports;
    }
    return ports;
  }

  Backend backend = backend_without_past(loopback());
  std::vector<Peer> accepted;
};

TEST_F(PortsInUseTest, EachSourceIsCounted) {
  const auto one = connect_from("127.0.0.1:0");
  const auto two = connect_from("127.0.0.1:0");
  const auto other = connect_from("127.0.0.2:0");
  EXPECT_EQ(ports_of("127.0.0.1:0"), 2u);
  EXPECT_EQ(ports_of("127.0.0.2:0"), 1u);
  EXPECT_EQ(ports_of("127.0.0.3:0"), 0u);
}

TEST_F(PortsInUseTest, TimeWaitCounts) {
  auto client = connect_from("127.0.0.1:0");
  client.close();
  EXPECT_TRUE(accepted[0].at_end());
  accepted.clear();
  EXPECT_EQ(ports_of("127.0.0.1:0"), 1u);
}

TEST_F(PortsInUseTest, ResetFreesThePort) {
  auto client = connect_from("127.0.0.1:0");
  client.reset();
  EXPECT_EQ(ports_of("127.0.0.1:0"), 0u);
}

TEST_F(PortsInUseTest, OtherDestinationIsNotCounted) {
  const auto client = connect_from("127.0.0.1:0");
  const std::array none{PeerAddress(address_of("127.0.0.1:1"))};
  EXPECT_TRUE(ports_in_use(none).empty());
}

TEST(PortsInUseOfIpv6, AddressIsTold) {
  const Backend backend = backend_without_past(address_of("[::1]:0"));
  const auto client = Peer::connect(backend.address());
  const auto uses = uses_to(backend);
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].source, PeerAddress(address_of("[::1]:0")));
  EXPECT_EQ(uses[0].ports, 1u);
}

TEST(UsesOf, DestinationHasItsPart) {
  const auto at = [](const char* text) { return PeerAddress(address_of(text)); };
  const std::array all{
      PortUse{at("10.0.0.1:0"), at("10.9.0.1:1"), 5}, PortUse{at("10.0.0.1:0"), at("10.9.0.1:2"), 6},
      PortUse{at("10.0.0.2:0"), at("10.9.0.1:2"), 7}, PortUse{at("10.0.0.1:0"), at("10.9.0.2:1"), 8}};
  EXPECT_EQ(uses_of(all, at("10.9.0.1:2")).size(), 2u);
  EXPECT_EQ(uses_of(all, at("10.9.0.1:2"))[0].ports, 6u);
  EXPECT_TRUE(uses_of(all, at("10.9.0.1:3")).empty());
}

}  // namespace
}  // namespace duplexd
