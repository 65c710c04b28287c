#include "core/upstream/upstream_account.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace duplexd {
namespace {

class UpstreamRecordTest : public testing::Test {
 protected:
  Totals::Endpoint totals(const std::string& name) { return endpoints_.account.endpoints[name].totals(); }
  /// As a snapshot that has these names.
  void configure(const std::vector<std::string>& names) {
    UpstreamConfig config;
    for (const std::string& name : names) config.endpoints.push_back({.name = name, .address = {}});
    endpoints_.account.configure(&config);
  }

  test::Endpoints endpoints_;
};

TEST_F(UpstreamRecordTest, EndpointsThatStayKeepTheirIdentity) {
  const Endpoint& a = endpoints_.at("a", "127.0.0.1:1");
  const auto before = endpoints_.pool({{.endpoint = &a}});
  EXPECT_EQ(&endpoints_.at("a", "127.0.0.1:1"), &a);
  EXPECT_NE(&endpoints_.at("a", "127.0.0.1:2"), &a) << "another address";
  EXPECT_NE(&endpoints_.at("b", "127.0.0.1:1"), &a) << "another name";
}

TEST_F(UpstreamRecordTest, HeldEndpointsCountTheirSessions) {
  const Endpoint& a = endpoints_.at("a", "127.0.0.1:1");
  {
    const EndpointHold one(a);
    EndpointHold other(a);
    const EndpointHold moved = std::move(other);
    EXPECT_EQ(a.sessions().live, 2u);
    EXPECT_EQ(totals("a").live, 2u);
  }
  EXPECT_EQ(a.sessions().live, 0u);
  EXPECT_EQ(totals("a").chosen, 2u);
}

TEST_F(UpstreamRecordTest, HoldKeepsItsEndpoint) {
  std::optional<EndpointHold> hold(endpoints_.at("a", "127.0.0.1:1"));
  endpoints_.account.forget_unused();
  EXPECT_EQ((*hold)->name, "a");
  EXPECT_EQ(&endpoints_.at("a", "127.0.0.1:1"), hold->get());
}

TEST_F(UpstreamRecordTest, PoolKeepsItsEndpoints) {
  const Endpoint& a = endpoints_.at("a", "127.0.0.1:1");
  const auto pool = endpoints_.pool({{.endpoint = &a}});
  endpoints_.account.forget_unused();
  EXPECT_EQ(&endpoints_.at("a", "127.0.0.1:1"), &a);
  EXPECT_EQ(pool->members().front().endpoint->address, test::address_of("127.0.0.1:1"));
}

TEST_F(UpstreamRecordTest, CountsOutliveTheEndpoint) {
  { const EndpointHold hold(endpoints_.at("a", "127.0.0.1:1")); }
  endpoints_.account.forget_unused();
  { const EndpointHold hold(endpoints_.at("a", "127.0.0.1:2")); }
  EXPECT_EQ(totals("a").chosen, 2u);
  EXPECT_EQ(totals("a").live, 0u);
}

TEST_F(UpstreamRecordTest, RemovedIsWhatTheConfigurationLacks) {
  const EndpointHold named(endpoints_.at("named", "127.0.0.1:1"));
  const EndpointHold gone(endpoints_.at("gone", "127.0.0.1:2"));
  configure({"named", "gone"});
  EXPECT_FALSE(named->removed());
  EXPECT_FALSE(gone->removed());
  configure({"named"});
  endpoints_.at("named", "127.0.0.1:9");
  EXPECT_FALSE(named->removed()) << "its name has another address now";
  EXPECT_TRUE(gone->removed());
  configure({"named", "gone"});
  EXPECT_FALSE(gone->removed()) << "it is back";
  endpoints_.account.configure(nullptr);
  EXPECT_TRUE(named->removed());
}

}  // namespace
}  // namespace duplexd
