// A name of two families whose first endpoint needs a moment to connect, which loopback never does by itself.
#include "tests/integration/errno/faults.hpp"
#include "tests/support/private_network.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

// The ports are free, because the network is new.
Config two_families_with_tls() {
  Config config = proxy_config({});
  UpstreamConfig& upstream = config.upstreams[0];
  upstream.balance = Balance::first;
  upstream.resolve.required = false;
  upstream.resolve.prefer = IpFamily::ipv6;
  upstream.tls.enabled = true;
  upstream.tls.peer.verify = TlsVerify::off;
  upstream.endpoints.push_back({.name = "name", .address = HostPort{"127.0.0.1+[::1]", 7300}});
  return config;
}

bool has_addresses(Proxy& proxy) {
  return eventually(
      [&] { return std::ranges::count(proxy.notices(), Notice::Kind::resolve_changed, &Notice::kind) > 0; });
}

TEST(BesideErrno, SlowHandshakeIsLeftAlone) {
  const bool had_network = on_private_network([] {
    Backend first(address_of("[::1]:7300"));
    const Backend second(address_of("127.0.0.1:7300"));
    Proxy proxy(two_families_with_tls());
    ASSERT_TRUE(has_addresses(proxy));
    ASSERT_EQ(proxy.reload(two_families_with_tls()), "");
    const Injection injection({.call = Call::connect, .error = EINPROGRESS, .times = 2});
    const Peer client = proxy.connect();
    const Peer endpoint = first.accept();
    EXPECT_FALSE(second.called_within(700ms)) << "attempt_delay is 250 ms";
    EXPECT_EQ(injection.failed(), 2u);
  });
  if (!had_network) GTEST_SKIP() << "this user may not make a network";
}

}  // namespace
}  // namespace duplexd::test
