// A name with an IPv6 and an IPv4 address (RFC 8305), each test once with either family first.
#include "tests/support/private_network.hpp"
#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

SocketAddress at_port(std::string_view host, std::uint16_t port) {
  SocketAddress address = address_of(std::string(host) + ":0");
  address.set_port(port);
  return address;
}

class TwoFamiliesTest : public testing::TestWithParam<IpFamily> {
 protected:
  // The port is free, because the network is new.
  const SocketAddress first_ = at_port(GetParam() == IpFamily::ipv6 ? "[::1]" : "127.0.0.1", 7300);
  const SocketAddress second_ = at_port(GetParam() == IpFamily::ipv6 ? "127.0.0.1" : "[::1]", 7300);

  Config config() const {
    Config config = proxy_config({});
    UpstreamConfig& upstream = config.upstreams[0];
    upstream.balance = Balance::first;
    upstream.resolve.required = false;
    upstream.resolve.prefer = GetParam();
    upstream.endpoints.push_back({.name = "name", .address = HostPort{"127.0.0.1+[::1]", 7300}});
    return config;
  }
  static void on_own_network(const std::function<void()>& work) {
    if (!on_private_network(work)) GTEST_SKIP() << "this user may not make a network";
  }
  /// Until the addresses of the name have come, and every worker has them.
  static void wait_for_addresses(Proxy& proxy, const Config& config) {
    const auto has_come = [](const Notice& notice) { return notice.kind == Notice::Kind::resolve_changed; };
    ASSERT_TRUE(eventually([&] { return std::ranges::any_of(proxy.notices(), has_come); }));
    ASSERT_EQ(proxy.reload(config), "");
  }
  /// Two attempts are in progress.
  static bool wait_for_both(Proxy& proxy) {
    return eventually([&] { return proxy.totals().upstreams[0].endpoints[0].chosen == 2; });
  }
  static std::uint64_t connected(Proxy& proxy) { return proxy.totals().upstreams[0].connected; }
};

void open_and_close(Proxy& proxy, Backend& backend, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    Pair session = open_session(proxy, backend);
    close_in_order(session);
  }
}

TEST_P(TwoFamiliesTest, FewClientsWaitForSilentFamily) {
  on_own_network([this] {
    const SilentBackend silent(first_);
    Backend backend(second_);
    Proxy proxy(config());
    wait_for_addresses(proxy, config());
    open_and_close(proxy, backend, 12);
    const auto ends = proxy.ends(12);
    const auto waited = [](const SessionEnd& end) { return end.connecting >= 100ms; };
    EXPECT_TRUE(waited(ends.front()));
    EXPECT_LT(ends.front().connecting, 2s) << "the time-out is 5 s";
    EXPECT_EQ(ends.front().connect_attempts, 2u);
    EXPECT_EQ(std::ranges::count_if(ends, waited), 3);
    EXPECT_FALSE(waited(ends.back()));
    EXPECT_EQ(ends.back().connect_attempts, 1u);
    EXPECT_TRUE(std::ranges::all_of(
        ends, [&](const SessionEnd& end) { return end.endpoint_address == PeerAddress(second_); }));
    EXPECT_EQ(connected(proxy), 12u);
    EXPECT_EQ(proxy.totals().upstreams[0].endpoints[0].live, 0u);
  });
}

TEST_P(TwoFamiliesTest, RefusalLeadsToOtherFamily) {
  on_own_network([this] {
    Backend backend(second_);
    Proxy proxy(config());
    wait_for_addresses(proxy, config());
    open_and_close(proxy, backend, 6);
    const auto ends = proxy.ends(6);
    EXPECT_TRUE(std::ranges::all_of(ends, [](const SessionEnd& end) { return end.connecting < 100ms; }));
    EXPECT_EQ(connected(proxy), 6u);
  });
}

TEST_P(TwoFamiliesTest, BothTimeOutBesideEachOther) {
  on_own_network([this] {
    const SilentBackend first(first_);
    const SilentBackend second(second_);
    Config config = this->config();
    config.listeners[0].timeouts.connect = 1s;
    Proxy proxy(config);
    wait_for_addresses(proxy, config);
    Peer client = proxy.connect();
    const SessionEnd end = proxy.end();
    EXPECT_EQ(end.reason, CloseReason::connect_timeout);
    EXPECT_EQ(end.connect_attempts, 2u);
    std::vector<PeerAddress> failed;
    std::chrono::microseconds together{0};
    for (const auto& attempt : end.failed_attempts) {
      failed.push_back(attempt.endpoint);
      together += attempt.took;
      EXPECT_EQ(attempt.reason, CloseReason::connect_timeout);
    }
    EXPECT_EQ(failed, (std::vector{PeerAddress(first_), PeerAddress(second_)}));
    EXPECT_GT(together, end.connecting) << "not one after the other";
  });
}

TEST_P(TwoFamiliesTest, LateSecondAnswerIsUsed) {
  on_own_network([this] {
    const SilentBackend first(first_);
    SilentBackend second(second_);
    Proxy proxy(config());
    wait_for_addresses(proxy, config());
    Pair session{.client = proxy.connect(), .endpoint = {}};
    ASSERT_TRUE(wait_for_both(proxy));
    second.answer();
    session.endpoint = second.accept();
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
    close_in_order(session);
    EXPECT_EQ(proxy.end().endpoint_address, PeerAddress(second_));
    EXPECT_EQ(connected(proxy), 1u);
  });
}

TEST_P(TwoFamiliesTest, LateFirstAnswerIsUsed) {
  on_own_network([this] {
    SilentBackend first(first_);
    const SilentBackend second(second_);
    Proxy proxy(config());
    wait_for_addresses(proxy, config());
    Pair session{.client = proxy.connect(), .endpoint = {}};
    ASSERT_TRUE(wait_for_both(proxy));
    first.answer();
    session.endpoint = first.accept();
    session.client.send("ping");
    EXPECT_EQ(session.endpoint.receive(4), "ping");
    close_in_order(session);
    EXPECT_EQ(proxy.end().endpoint_address, PeerAddress(first_));
    EXPECT_EQ(connected(proxy), 1u);
  });
}

// Proxy looks for descriptors that are left.
TEST_P(TwoFamiliesTest, ClientLeavingEndsBothAttempts) {
  on_own_network([this] {
    const SilentBackend first(first_);
    const SilentBackend second(second_);
    Proxy proxy(config());
    wait_for_addresses(proxy, config());
    Peer client = proxy.connect();
    ASSERT_TRUE(wait_for_both(proxy));
    client.close();
    const SessionEnd end = proxy.end();
    EXPECT_EQ(end.reason, CloseReason::client_left);
    EXPECT_EQ(end.connect_attempts, 2u);
    EXPECT_EQ(proxy.totals().upstreams[0].endpoints[0].live, 0u);
  });
}

TEST_P(TwoFamiliesTest, StopEndsBothAttempts) {
  on_own_network([this] {
    const SilentBackend first(first_);
    const SilentBackend second(second_);
    Proxy proxy(config());
    wait_for_addresses(proxy, config());
    Peer client = proxy.connect();
    ASSERT_TRUE(wait_for_both(proxy));
    proxy.abort();
    ASSERT_TRUE(proxy.wait_for_stopped());
    EXPECT_EQ(proxy.ends().size(), 1u);
    client.close();
  });
}

TEST_P(TwoFamiliesTest, OffDialsFamiliesOneByOne) {
  on_own_network([this] {
    const SilentBackend silent(first_);
    Backend backend(second_);
    Config config = this->config();
    config.upstreams[0].resolve.attempt_delay = Duration(0);
    config.listeners[0].timeouts.connect = 1s;
    Proxy proxy(config);
    wait_for_addresses(proxy, config);
    open_and_close(proxy, backend, 1);
    EXPECT_GE(proxy.end().connecting, 1s);
  });
}

INSTANTIATE_TEST_SUITE_P(First, TwoFamiliesTest, testing::Values(IpFamily::ipv6, IpFamily::ipv4),
                         [](const auto& of) { return of.param == IpFamily::ipv6 ? "ipv6" : "ipv4"; });

}  // namespace
}  // namespace duplexd::test
