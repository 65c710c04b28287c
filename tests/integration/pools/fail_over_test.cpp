#include "tests/support/proxy.hpp"
#include "tests/support/unwilling.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

std::uint64_t refused(Proxy& proxy) {
  return proxy.totals().upstreams[0].failed[static_cast<std::size_t>(CloseReason::connect_refused)];
}

/// Opens a session, and says whether it is at `backend`.
bool is_served_by(const Proxy& proxy, Backend& backend, Backend& other) {
  const Peer client = proxy.connect();
  const bool found = eventually([&] { return backend.called_within(0ms) || other.called_within(0ms); });
  EXPECT_TRUE(found);
  const bool there = backend.called_within(0ms);
  (there ? backend : other).accept().close();
  return there;
}

TEST(FailOver, LoneEndpointsRestartIsHidden) {
  std::optional<Backend> backend(std::in_place);
  const SocketAddress address = backend->address();
  Config config = proxy_config({address});
  config.upstreams[0].retry = {};
  Proxy proxy(config);
  backend.reset();
  std::vector<Peer> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(proxy.connect());
  ASSERT_TRUE(eventually([&] { return refused(proxy) >= 20; }));
  backend.emplace(address);
  std::vector<Peer> endpoints;
  for (int i = 0; i < 20; ++i) endpoints.push_back(backend->accept());
  EXPECT_TRUE(proxy.wait_for_connected(20));
}

TEST(FailOver, BackupServesUntilPrimaryIsBack) {
  const SocketAddress address = address_of("unix:@duplexd-fail-over-primary");
  std::optional<Backend> primary(std::in_place, address);
  Backend backup;
  Config config = proxy_config({address, backup.address()});
  config.upstreams[0].endpoints[1].backup = true;
  config.upstreams[0].passive.failures = 1;
  config.upstreams[0].passive.ejection = 300ms;
  Proxy proxy(config);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(is_served_by(proxy, *primary, backup));
  primary.reset();
  {
    const Peer client = proxy.connect();
    backup.accept().close();
  }
  primary.emplace(address);
  EXPECT_TRUE(eventually([&] { return is_served_by(proxy, *primary, backup); })) << "a trial finds it";
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(is_served_by(proxy, *primary, backup));
}

TEST(FailOver, PrioritiesServeInOrder) {
  const RefusingAddress first;
  Backend second;
  Backend third;
  Config config = proxy_config({third.address(), first.address(), second.address()});
  config.upstreams[0].endpoints[0].priority = 7;
  config.upstreams[0].endpoints[2].priority = 3;
  Proxy proxy(config);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(is_served_by(proxy, second, third));
  EXPECT_EQ(refused(proxy), 3u) << "then it is ejected";
}

TEST(FailOver, EjectedEndpointIsLeftAlone) {
  const RefusingAddress refusing;
  Backend backend;
  Proxy proxy(proxy_config({refusing.address(), backend.address()}));
  for (int i = 0; i < 40; ++i) {
    const Peer client = proxy.connect();
    backend.accept().close();
  }
  EXPECT_EQ(refused(proxy), 3u);
}

TEST(FailOver, EarlyResetsEjectToo) {
  Backend bad;
  Backend good;
  Config config = proxy_config({bad.address(), good.address()});
  config.upstreams[0].passive.failures = 2;
  Proxy proxy(config);
  std::size_t ended = 0;
  for (int resets = 0; resets < 2;) {
    Peer client = proxy.connect();
    ASSERT_TRUE(eventually([&] { return bad.called_within(0ms) || good.called_within(0ms); }));
    if (bad.called_within(0ms)) {
      bad.accept().reset();
      ++resets;
    } else {
      good.accept().close();
    }
    client.close();
    proxy.ends(++ended);
  }
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(is_served_by(proxy, good, bad));
}

TEST(FailOver, FailedAttemptsAreRecorded) {
  const RefusingAddress one;
  const RefusingAddress other;
  Backend backend;
  Config config = proxy_config({one.address(), other.address(), backend.address()});
  for (std::uint32_t i = 0; i < 3; ++i) config.upstreams[0].endpoints[i].priority = i;
  Proxy proxy(config);
  Pair session = open_session(proxy, backend);
  close_in_order(session);
  const SessionEnd end = proxy.end();
  EXPECT_EQ(end.connect_attempts, 3u);
  std::string failed;
  for (const FailedAttempts::Attempt& attempt : end.failed_attempts) {
    EXPECT_EQ(attempt.reason, CloseReason::connect_refused);
    failed += attempt.endpoint.to_string() + ' ';
  }
  EXPECT_EQ(failed, one.address().to_string() + ' ' + other.address().to_string() + ' ');
  const auto rows = proxy.totals().upstreams[0].endpoints;
  constexpr auto refusal = static_cast<std::size_t>(CloseReason::connect_refused);
  EXPECT_EQ(rows[0].failed[refusal], 1u);
  EXPECT_EQ(rows[1].failed[refusal], 1u);
  EXPECT_EQ(rows[2].connected, 1u);
  EXPECT_GT(rows[2].usual_connect, 0us);
}

}  // namespace
}  // namespace duplexd::test
