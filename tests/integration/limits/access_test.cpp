#include "tests/support/directory.hpp"
#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

using namespace std::chrono_literals;

NetworkSet networks(std::initializer_list<const char*> texts) {
  std::vector<Network> set;
  for (const char* text : texts) set.push_back(*Network::parse(text));
  return NetworkSet(set);
}

class Access : public testing::Test {
 protected:
  static SocketAddress source(const char* text) { return address_of(text); }

  void expect_served(Proxy& proxy, const SocketAddress& to, const SocketAddress& from) {
    Peer client = Peer::connect(to, {.source = from});
    Peer endpoint = backend_.accept();
    client.send("hello");
    EXPECT_EQ(endpoint.receive(5), "hello") << from.to_string();
    EXPECT_EQ(proxy.listener().ended[static_cast<std::size_t>(CloseReason::access_denied)], denied_);
  }

  void expect_denied(Proxy& proxy, const SocketAddress& to, const SocketAddress& from) {
    Peer client = Peer::connect(to, {.source = from});
    EXPECT_TRUE(client.at_end()) << from.to_string();
    EXPECT_FALSE(backend_.called_within(20ms)) << "an endpoint was dialled for " << from.to_string();
    ++denied_;
    EXPECT_TRUE(eventually([&] {
      return proxy.listener().ended[static_cast<std::size_t>(CloseReason::access_denied)] == denied_;
    }));
  }

  Backend backend_;
  Config config_ = proxy_config({backend_.address()});
  AccessConfig& access_ = config_.listeners[0].access;
  std::uint64_t denied_ = 0;
};

TEST_F(Access, EverybodyMayWhereNothingIsSaid) {
  Proxy proxy(config_);
  expect_served(proxy, proxy.address(), source("127.0.0.2:0"));
}

TEST_F(Access, DeniedNetworkIsKeptOut) {
  access_.deny = networks({"127.0.0.2"});
  Proxy proxy(config_);
  expect_denied(proxy, proxy.address(), source("127.0.0.2:0"));
  expect_served(proxy, proxy.address(), source("127.0.0.3:0"));
}

TEST_F(Access, AllowKeepsAllOthersOut) {
  access_.allow = networks({"127.0.0.4/30"});
  Proxy proxy(config_);
  expect_denied(proxy, proxy.address(), source("127.0.0.3:0"));
  expect_served(proxy, proxy.address(), source("127.0.0.4:0"));
  expect_served(proxy, proxy.address(), source("127.0.0.7:0"));
  expect_denied(proxy, proxy.address(), source("127.0.0.8:0"));
}

TEST_F(Access, DenyComesBeforeAllow) {
  access_.allow = networks({"127.0.0.0/8"});
  access_.deny = networks({"127.0.0.2"});
  Proxy proxy(config_);
  expect_denied(proxy, proxy.address(), source("127.0.0.2:0"));
  expect_served(proxy, proxy.address(), source("127.0.0.3:0"));
}

TEST_F(Access, DualStackAppliesIpv4Rules) {
  access_.deny = networks({"127.0.0.2"});
  config_.listeners[0].bind[0] = {BindAddress::Kind::dual_stack, SocketAddress::any(AF_INET6, 0), {}};
  Proxy proxy(config_);
  const SocketAddress by_ipv4 = loopback(proxy.address().port());
  expect_denied(proxy, by_ipv4, source("127.0.0.2:0"));
  expect_served(proxy, by_ipv4, source("127.0.0.3:0"));
}

TEST_F(Access, Ipv6RuleHoldsForIpv6Clients) {
  access_.deny = networks({"::1"});
  config_.listeners[0].bind[0].address = address_of("[::1]:0");
  Proxy proxy(config_);
  expect_denied(proxy, proxy.address(), source("[::1]:0"));
}

TEST_F(Access, RulesIgnoreUnixClients) {
  const TemporaryDirectory directory;
  access_.allow = networks({"192.0.2.0/24"});
  config_.listeners[0].bind[0].address = directory.socket("listener");
  Proxy proxy(config_);
  auto [client, endpoint] = open_session(proxy, backend_);
  client.send("hello");
  EXPECT_EQ(endpoint.receive(5), "hello");
}

TEST_F(Access, DeniedClientsTakeNoPlace) {
  access_.deny = networks({"127.0.0.2"});
  config_.listeners[0].limits.sessions = 1;
  Proxy proxy(config_);
  for (int i = 0; i < 20; ++i) expect_denied(proxy, proxy.address(), source("127.0.0.2:0"));
  expect_served(proxy, proxy.address(), source("127.0.0.3:0"));
}

}  // namespace
}  // namespace duplexd::test
