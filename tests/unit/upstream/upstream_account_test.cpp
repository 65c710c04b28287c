#include "core/upstream/upstream_account.hpp"

#include "tests/support/proxy.hpp"
#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace duplexd {
namespace {

class UpstreamRecordTest : public testing::Test {
 protected:
  Totals::Endpoint totals(const std::string& name) { return endpoints_.account.endpoints[name]->totals(); }
  using Names = std::vector<std::string>;

  /// From a snapshot with some names to one with others.
  void go_over(const Names& from, const Names& to) {
    each(to, &EndpointAccount::keep);
    each(from, &EndpointAccount::remove_unless_kept);
    each(to, &EndpointAccount::restore);
  }
  void each(const Names& names, void (EndpointAccount::*mark)() noexcept) {
    for (const std::string& name : names) ((*endpoints_.account.endpoints[name]).*mark)();
  }
  void forget_unused() { endpoints_.account.forget_unused(recorder_); }

  test::Recorder recorder_;
  test::Endpoints endpoints_;
};

TEST_F(UpstreamRecordTest, EnabledEndpointsBeginAnew) {
  const Endpoint& endpoint = endpoints_.at("a", "127.0.0.1:1");
  EndpointAccount& account = *endpoints_.account.endpoints["a"];
  endpoint.trust().eject(now_in_millis(), {});
  EXPECT_EQ(endpoint.standing_in_all(), Standing::ejected);
  account.set_word(OperatorWord::none);
  EXPECT_EQ(endpoint.standing_in_all(), Standing::ejected) << "nothing was said";
  account.set_word(OperatorWord::drain);
  EXPECT_EQ(endpoint.standing_in_all(), Standing::drained);
  account.set_word(OperatorWord::disable);
  EXPECT_EQ(endpoint.standing_in_all(), Standing::disabled);
  EXPECT_EQ(endpoint.up_since(), 0);
  account.set_word(OperatorWord::none);
  EXPECT_EQ(endpoint.standing_in_all(), Standing::up);
  EXPECT_NE(endpoint.up_since(), 0);
}

TEST_F(UpstreamRecordTest, EnabledEndpointMayStayDown) {
  const Endpoint& endpoint = endpoints_.at("a", "127.0.0.1:1");
  endpoint.set_up(false, 0);
  endpoints_.account.endpoints["a"]->set_word(OperatorWord::disable);
  endpoints_.account.endpoints["a"]->set_word(OperatorWord::none);
  EXPECT_EQ(endpoint.standing(), Standing::down);
}

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
  forget_unused();
  EXPECT_EQ((*hold)->name, "a");
  EXPECT_EQ(&endpoints_.at("a", "127.0.0.1:1"), hold->get());
}

TEST_F(UpstreamRecordTest, PoolKeepsItsEndpoints) {
  const Endpoint& a = endpoints_.at("a", "127.0.0.1:1");
  const auto pool = endpoints_.pool({{.endpoint = &a}});
  forget_unused();
  EXPECT_EQ(&endpoints_.at("a", "127.0.0.1:1"), &a);
  EXPECT_EQ(pool->members().front().endpoint->address, test::address_of("127.0.0.1:1"));
}

TEST_F(UpstreamRecordTest, OldPoolsGoWithLastUser) {
  auto pool = endpoints_.pool_of({test::loopback(1)});
  for (std::uint16_t port = 2; port < 100; ++port) {
    const auto worker = std::exchange(pool, endpoints_.pool_of({test::loopback(port)}));
    forget_unused();
    EXPECT_EQ(endpoints_.account.pool_count(), 2u);
    EXPECT_EQ(endpoints_.account.endpoints.size(), 2u);
  }
  forget_unused();
  EXPECT_EQ(endpoints_.account.pool_count(), 1u);
  EXPECT_EQ(endpoints_.account.endpoints.size(), 1u);
}

TEST_F(UpstreamRecordTest, AddressesGoWithTheirLastUser) {
  const Endpoint& first = endpoints_.at("a", "127.0.0.1:1");
  std::optional<EndpointHold> session(first);
  const auto pool = endpoints_.pool({{.endpoint = &endpoints_.at("a", "127.0.0.1:2")}});
  forget_unused();
  EXPECT_EQ(endpoints_.account.endpoints["a"]->endpoint_count(), 2u);
  session.reset();
  forget_unused();
  EXPECT_EQ(endpoints_.account.endpoints["a"]->endpoint_count(), 1u);
  EXPECT_EQ(&endpoints_.at("a", "127.0.0.1:2"), pool->members()[0].endpoint);
}

TEST_F(UpstreamRecordTest, AccountGoesAfterItsLastUser) {
  auto held = std::make_optional<EndpointHold>(endpoints_.at("a", "127.0.0.1:1"));
  auto pool = endpoints_.pool({{.endpoint = &endpoints_.at("b", "127.0.0.1:1")}});
  forget_unused();
  EXPECT_EQ(endpoints_.account.endpoints.size(), 2u);
  held.reset();
  forget_unused();
  EXPECT_EQ(endpoints_.account.endpoints.size(), 1u);
  pool.reset();
  forget_unused();
  EXPECT_EQ(endpoints_.account.endpoints.size(), 0u);
}

TEST_F(UpstreamRecordTest, NamesGoWhenSinksTakeThem) {
  endpoints_.at("a", "127.0.0.1:1");
  struct Full : EventSink {
    void session_ended(const SessionEnd&) noexcept override {}
    void notice(const Notice&) noexcept override {}
    bool release(std::shared_ptr<const void>) noexcept override { return false; }
  } full;
  endpoints_.account.forget_unused(full);
  EXPECT_EQ(endpoints_.account.endpoints.size(), 1u);
  forget_unused();
  EXPECT_EQ(endpoints_.account.endpoints.size(), 0u);
}

TEST_F(UpstreamRecordTest, CountsOutliveTheEndpoint) {
  const auto account = endpoints_.account.endpoints["a"];
  { const EndpointHold hold(endpoints_.at("a", "127.0.0.1:1")); }
  forget_unused();
  { const EndpointHold hold(endpoints_.at("a", "127.0.0.1:2")); }
  EXPECT_EQ(totals("a").chosen, 2u);
  EXPECT_EQ(totals("a").live, 0u);
}

TEST_F(UpstreamRecordTest, RemovedIsWhatTheConfigurationLacks) {
  const EndpointHold named(endpoints_.at("named", "127.0.0.1:1"));
  const EndpointHold gone(endpoints_.at("gone", "127.0.0.1:2"));
  go_over({}, {"named", "gone"});
  EXPECT_FALSE(named->removed());
  EXPECT_FALSE(gone->removed());
  go_over({"named", "gone"}, {"named"});
  endpoints_.at("named", "127.0.0.1:9");
  EXPECT_FALSE(named->removed()) << "its name has another address now";
  EXPECT_TRUE(gone->removed());
  go_over({"named"}, {"named", "gone"});
  EXPECT_FALSE(gone->removed()) << "it is back";
  go_over({"named", "gone"}, {});
  EXPECT_TRUE(named->removed());
}

}  // namespace
}  // namespace duplexd
