#include "tests/integration/errno/stage.hpp"
#include "tests/support/directory.hpp"

#include <cerrno>
#include <cstring>
#include <tuple>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

constexpr std::array option_errors{EBADF,  EFAULT, EINVAL, ENOPROTOOPT, ENOTSOCK, EOPNOTSUPP, EPERM,
                                   EACCES, ENOSYS, ENOMEM, ENOBUFS,     EDOM,     ENODEV};

SocketOptions every_option() {
  SocketOptions options;
  options.receive_buffer = options.send_buffer = 256 * 1024;
  options.user_timeout = 60s;
  return options;
}

/// A proxy whose sockets have every option, the same for all tests.
class OptionErrno : public testing::TestWithParam<std::tuple<unsigned, int>> {
 protected:
  void SetUp() override {
    if (!fixture_) fixture_ = std::make_unique<Fixture>();
  }
  // Its sessions may still go on.
  void TearDown() override {
    if (HasFailure()) fixture_.reset();
  }
  static void TearDownTestSuite() { fixture_.reset(); }

  void expect_served_without(On on, const SocketAddress& listener) {
    const auto [option, error] = GetParam();
    {
      const Injection injection({.call = Call::setsockopt, .on = on, .error = error, .first = option + 1});
      expect_served(listener);
      EXPECT_EQ(injection.failed(), 1u);
    }
    expect_served(listener);
  }
  void expect_served(const SocketAddress& listener) {
    Pair session{Peer::connect(listener), {}};
    session.client.send("served?");
    session.endpoint = fixture_->backend.accept();
    session.client.end();
    EXPECT_EQ(session.endpoint.receive_all(), "served?");
    session.endpoint.send("yes");
    session.endpoint.close();
    EXPECT_EQ(session.client.receive_all(), "yes");
    ++fixture_->sessions;
    const SessionEnd end = fixture_->proxy.ends(fixture_->sessions).at(fixture_->sessions - 1);
    EXPECT_EQ(to_word(end.reason), "client_finished");
  }

  struct Fixture {
    Config config() {
      Config config = proxy_config({backend.address()});
      config.workers = 1;
      config.listeners.push_back(config.listeners[0]);
      config.listeners[1].name = "unix";
      config.listeners[1].bind[0].address = directory.socket("listener");
      for (ListenerConfig& listener : config.listeners) listener.client = every_option();
      config.upstreams[0].endpoint = every_option();
      config.upstreams[0].source = {address_of("127.0.0.3:0")};
      return config;
    }
    const TemporaryDirectory directory;
    Backend backend;
    Proxy proxy{config()};
    std::size_t sessions = 0;
  };
  static inline std::unique_ptr<Fixture> fixture_;
};

constexpr std::array of_endpoint{"ReceiveBuffer", "SendBuffer", "NoDelay", "UserTimeout", "NoPortYet"};
constexpr std::array of_unix_client{"ReceiveBuffer", "SendBuffer"};

template <std::size_t Count>
auto names(const std::array<const char*, Count>& options) {
  return [&options](const auto& row) {
    return std::string(options.at(std::get<0>(row.param))) + ::strerrorname_np(std::get<1>(row.param));
  };
}

class EndpointOption : public OptionErrno {};
INSTANTIATE_TEST_SUITE_P(Row, EndpointOption,
                         testing::Combine(testing::Range(0u, unsigned{of_endpoint.size()}),
                                          testing::ValuesIn(option_errors)),
                         names(of_endpoint));
TEST_P(EndpointOption, RefusedIsDoneWithout) {
  expect_served_without(On::endpoint, fixture_->proxy.address(0));
}

class UnixClientOption : public OptionErrno {};
INSTANTIATE_TEST_SUITE_P(Row, UnixClientOption,
                         testing::Combine(testing::Range(0u, unsigned{of_unix_client.size()}),
                                          testing::ValuesIn(option_errors)),
                         names(of_unix_client));
TEST_P(UnixClientOption, RefusedIsDoneWithout) {
  expect_served_without(On::client, fixture_->proxy.address(1));
}

// Keepalive comes when the session has lasted for a second.
TEST(Keepalive, RefusedIsDoneWithout) {
  Stage stage({});
  Pair session = stage.open_relaying();
  const Injection injection(
      {.call = Call::setsockopt, .on = On::endpoint, .error = EPERM, .times = for_ever});
  ASSERT_TRUE(eventually([&] { return injection.failed() > 0; }));
  relay_whole(session.client, session.endpoint, 1'000);
  EXPECT_EQ(to_word(stage.next_end().reason), "client_finished");
}

// SO_LINGER makes the reset that the other peer is to see.
TEST(Linger, RefusedStillEndsTheSession) {
  Stage stage({});
  for (const int error : option_errors) {
    {
      Pair session = stage.open_relaying();
      const Injection injection({.call = Call::setsockopt, .on = On::endpoint, .error = error});
      session.client.reset();
      EXPECT_EQ(to_word(stage.next_end().reason), "client_reset");
      EXPECT_EQ(injection.failed(), 1u);
      EXPECT_TRUE(session.endpoint.readable_within(patience));
    }
    stage.expect_served();
  }
}

}  // namespace
}  // namespace duplexd::test
