// What depends on the client: where it wanted to go, and its address.
#include "core/net/socket/stream.hpp"
#include "core/net/transparency/transparency.hpp"
#include "core/upstream/dial/connector.hpp"
#include "tests/support/peer.hpp"
#include "tests/support/unwilling.hpp"
#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

using State = Dial::State;
using test::Backend;
using test::Peer;
using test::RefusingAddress;

/// A client whose socket has the address of what it dialled, as TPROXY leaves it.
struct Led {
  explicit Led(Backend& destination)
      : client(Peer::connect(destination.address())), accepted(destination.accept()) {}
  Peer client;
  Peer accepted;
};

class ConnectorTransparentTest : public testing::Test {
 protected:
  Upstream& upstream_with(std::shared_ptr<const Pool> pool) {
    Upstream& upstream = upstream_.emplace(endpoints_.shared, 0);
    upstream.use(std::move(pool));
    return upstream;
  }
  Upstream& to_destinations(std::vector<Claim> claims = {},
                            UpstreamConfig config = test::Endpoints::plain()) {
    const Endpoint& endpoint = destinations();
    return upstream_with(
        endpoints_.account.make_pool(std::make_shared<const UpstreamConfig>(std::move(config)),
                                     {{.endpoint = &endpoint}}, {.claims = std::move(claims)}));
  }
  Upstream& as_client(const std::vector<SocketAddress>& addresses, unsigned rounds = 0) {
    UpstreamConfig config = test::Endpoints::plain();
    config.source_is_client = true;
    config.retry.rounds = rounds;
    std::vector<Pool::Member> members;
    for (const SocketAddress& address : addresses)
      members.push_back({.endpoint = &endpoints_.at(address.to_string(), address)});
    return upstream_with(endpoints_.pool(std::move(members), config));
  }
  const Endpoint& destinations() {
    return endpoints_.at(std::string(original_destination_word), SocketAddress());
  }
  std::uint64_t failed(CloseReason reason) const {
    return endpoints_.account.workers[0].failed[static_cast<std::size_t>(reason)].value();
  }

  test::Endpoints endpoints_;

 private:
  std::optional<Upstream> upstream_;
};

TEST_F(ConnectorTransparentTest, DestinationOfTheClientIsDialled) {
  for (int i = 0; i < 2; ++i) {
    Backend wanted;
    const Led led(wanted);
    Connector connector(to_destinations(), 0, led.accepted.fd());
    const Dial dial = connector.dial();
    ASSERT_EQ(dial.state, State::connected);
    EXPECT_EQ(peer_address(dial.socket.get()), wanted.address());
    EXPECT_EQ(connector.last_peer(), PeerAddress(wanted.address()));
    EXPECT_EQ(connector.last_name(), "original_destination");
  }
}

TEST_F(ConnectorTransparentTest, OwnListenerIsNoDestination) {
  Backend listener;
  const Led led(listener);
  UpstreamConfig config;
  config.retry.rounds = 3;
  Connector connector(to_destinations({{listener.address()}}, config), 0, led.accepted.fd());
  EXPECT_EQ(connector.dial().state, State::failed) << "another try would not help";
  EXPECT_EQ(connector.failure(), CloseReason::no_original_destination);
  EXPECT_EQ(failed(CloseReason::no_original_destination), 1u);
  EXPECT_FALSE(listener.called_within(std::chrono::milliseconds(0)));
}

TEST_F(ConnectorTransparentTest, UnixClientHasNoDestination) {
  Backend listener(test::address_of("unix:@duplexd-connector-transparent-test"));
  const Led led(listener);
  Connector connector(to_destinations(), 0, led.accepted.fd());
  EXPECT_EQ(connector.dial().state, State::failed);
  EXPECT_EQ(connector.failure(), CloseReason::no_original_destination);
}

TEST_F(ConnectorTransparentTest, DeadDestinationsSayNothingOfOthers) {
  UpstreamConfig config;
  config.retry.rounds = 0;
  config.passive.failures = 1;
  const Endpoint& backup = endpoints_.at("backup", "127.0.0.1:1");
  Upstream& upstream = upstream_with(
      endpoints_.pool({{.endpoint = &destinations()}, {.endpoint = &backup, .priority = 1}}, config));
  for (int i = 0; i < 5; ++i) {
    Backend wanted;
    const Led led(wanted);
    wanted.close();
    Connector connector(upstream, 0, led.accepted.fd());
    EXPECT_EQ(connector.dial().state, State::failed);
    upstream.on_early_reset(destinations(), now_in_millis());
  }
  EXPECT_EQ(destinations().trust().state(), Trust::State());
  EXPECT_EQ(destinations().trust().ask(now_in_millis(), config.passive), Trust::Answer::yes);
}

TEST_F(ConnectorTransparentTest, EndpointSeesTheClientsAddress) {
  if (!may_be_transparent()) GTEST_SKIP() << "needs CAP_NET_ADMIN or CAP_NET_RAW";
  const Backend backend;
  Connector connector(as_client({backend.address()}), 0, -1,
                      PeerAddress(test::address_of("127.0.0.9:40000")));
  const Dial dial = connector.dial();
  ASSERT_EQ(dial.state, State::connected);
  const PeerAddress local(local_address(dial.socket.get()));
  EXPECT_EQ(local.ip(), PeerAddress(test::address_of("127.0.0.9:1")).ip());
  EXPECT_NE(local.port(), 40000);
}

TEST_F(ConnectorTransparentTest, OtherFamilyIsPassedOver) {
  if (!may_be_transparent()) GTEST_SKIP() << "needs CAP_NET_ADMIN or CAP_NET_RAW";
  const Backend ipv6(test::address_of("[::1]:0"));
  const Backend ipv4;
  Connector connector(as_client({ipv6.address(), ipv4.address()}), 0, -1,
                      PeerAddress(test::address_of("127.0.0.9:40000")));
  EXPECT_EQ(connector.dial().state, State::connected);
  EXPECT_EQ(connector.last_peer(), PeerAddress(ipv4.address()));
  EXPECT_EQ(failed(CloseReason::connect_other_family), 1u);
}

TEST_F(ConnectorTransparentTest, OtherFamilyAloneIsTheReason) {
  const Backend backend;
  for (const auto* const client : {"[::1]:40000", "unix:/x"}) {
    Connector connector(as_client({backend.address()}, 3), 0, -1, PeerAddress(test::address_of(client)));
    EXPECT_EQ(connector.dial().state, State::failed) << "another try would not help";
    EXPECT_EQ(connector.failure(), CloseReason::connect_other_family);
  }
}

TEST_F(ConnectorTransparentTest, RefusalBesideOtherFamilyIsRetried) {
  if (!may_be_transparent()) GTEST_SKIP() << "needs CAP_NET_ADMIN or CAP_NET_RAW";
  const RefusingAddress refusing;
  Upstream& upstream = as_client({refusing.address(), test::address_of("[::1]:1")}, 1);
  for (int i = 0; i < 2; ++i) {
    Connector connector(upstream, 0, -1, PeerAddress(test::address_of("127.0.0.9:40000")));
    EXPECT_EQ(connector.dial().state, State::paused) << "whichever comes last";
  }
}

}  // namespace
}  // namespace duplexd
