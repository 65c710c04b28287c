#include "core/reload/endpoints/orders.hpp"

#include "core/reload/endpoints/endpoint_report.hpp"
#include "tests/unit/reload/generation_world.hpp"

namespace duplexd::test {
namespace {

constexpr Order drained{.word = OperatorWord::drain};
constexpr Order weightless{.weight = 0};

TEST(OrdersTest, EndpointsAreKnownByBothNames) {
  Orders orders;
  EXPECT_TRUE(orders.set({"db", "x:1"}, drained));
  EXPECT_EQ(orders.of("db", "x:1"), drained);
  EXPECT_EQ(orders.of("web", "x:1"), Order{});
  EXPECT_EQ(orders.of("db", "x:2"), Order{});
}

TEST(OrdersTest, NoOrderTakesNoPlace) {
  Orders orders;
  orders.set({"db", "x:1"}, drained);
  orders.set({"db", "x:1"}, {});
  EXPECT_TRUE(orders.all().empty());
}

TEST(OrdersTest, NumberOfOrdersIsLimited) {
  Orders orders;
  for (std::size_t i = 0; i < Orders::most; ++i) EXPECT_TRUE(orders.set({"db", std::to_string(i)}, drained));
  EXPECT_FALSE(orders.set({"db", "another"}, drained));
  EXPECT_TRUE(orders.set({"db", "7"}, weightless)) << "it has a place";
  EXPECT_TRUE(orders.set({"db", "7"}, {}));
  EXPECT_TRUE(orders.set({"db", "another"}, drained));
}

class ObeyingTest : public GenerationWorld {
 protected:
  const ServedUpstream& upstream(const Generation& generation) const { return generation.upstreams()[0]; }
  const ServedEndpoint& first(const Generation& generation) const {
    return upstream(generation).endpoints[0];
  }
  static EndpointReport report(const Generation& generation) {
    return report_of(generation.upstreams()[0], [](const Endpoint&) { return std::nullopt; }).endpoints[0];
  }
  Orders::Name name_of_first() const {
    return {config_.upstreams[0].name, config_.upstreams[0].endpoints[0].name};
  }

  Config config_ = proxy_config({loopback(1), loopback(2)});
};

TEST_F(ObeyingTest, NewGenerationObeysOlderOrders) {
  orders_.set(name_of_first(), {.word = OperatorWord::disable, .weight = 7});
  const auto made = make(config_);
  EXPECT_EQ(first(*made).account->word(), OperatorWord::disable);
  EXPECT_EQ(upstream(*made).pool->members()[0].weight, 7u);
  EXPECT_EQ(upstream(*made).pool->members()[1].weight, 1u);
}

TEST_F(ObeyingTest, WeightMakesAnotherPool) {
  const auto made = make(config_);
  const auto before = upstream(*made).pool;
  made->obey(*upstream(*made).account, *first(*made).account, drained);
  EXPECT_EQ(upstream(*made).pool, before) << "a word needs none";
  made->obey(*upstream(*made).account, *first(*made).account, weightless);
  ASSERT_NE(upstream(*made).pool, before);
  EXPECT_EQ(upstream(*made).pool->members().back().weight, 0u);
  made->obey(*upstream(*made).account, *first(*made).account, {});
  EXPECT_EQ(upstream(*made).pool->members()[0].weight, 1u);
  EXPECT_TRUE(sink_.notices().empty()) << "no name has changed";
}

TEST_F(ObeyingTest, ReportTellsBothWeights) {
  const auto made = make(config_);
  made->obey(*upstream(*made).account, *first(*made).account, {.word = OperatorWord::drain, .weight = 3});
  const EndpointReport told = report(*made);
  EXPECT_EQ(told.name, config_.upstreams[0].endpoints[0].name);
  EXPECT_EQ(told.order, (Order{OperatorWord::drain, 3}));
  EXPECT_EQ(told.weight, 3u);
  EXPECT_EQ(told.configured_weight, 1u);
  ASSERT_EQ(told.addresses.size(), 1u);
  EXPECT_EQ(told.addresses[0].standing, Standing::drained);
  EXPECT_EQ(told.addresses[0].why, "the operator said so");
}

TEST_F(ObeyingTest, ReportTellsOfEjectionAndCheck) {
  const auto made = make(config_);
  const Endpoint& endpoint = *upstream(*made).pool->members()[0].endpoint;
  EXPECT_EQ(report(*made).addresses[0].why, "");
  EXPECT_FALSE(report(*made).addresses[0].ejected_until);
  endpoint.trust().eject(now_in_millis(), {});
  const AddressReport ejected = report(*made).addresses[0];
  EXPECT_EQ(ejected.standing, Standing::ejected);
  EXPECT_EQ(ejected.why, "no session could use it");
  EXPECT_GT(ejected.ejected_until, std::chrono::system_clock::now());
  endpoint.set_up(false, 0);
  const auto failed = [](const Endpoint&) {
    return LastCheck{.result = {CheckResult::Outcome::failed, "answered 503"}, .at = {}};
  };
  const AddressReport down = report_of(upstream(*made), failed).endpoints[0].addresses[0];
  EXPECT_EQ(down.standing, Standing::down);
  EXPECT_EQ(down.why, "answered 503");
}

TEST(SeenStandingTest, BeginningOfStandingIsKept) {
  using Time = SeenStanding::Time;
  SeenStanding seen;
  const Time began = seen.since(Standing::up, Time::max());
  EXPECT_LE(began, std::chrono::system_clock::now());
  const Time later = began + std::chrono::seconds(5);
  EXPECT_EQ(seen.since(Standing::down, later), later) << "it was not seen before";
  seen.see(Standing::down, later);
  seen.see(Standing::down, later + std::chrono::seconds(5));
  EXPECT_EQ(seen.since(Standing::down, Time::max()), later);
}

}  // namespace
}  // namespace duplexd::test
