#include "core/reload/parts/plan_maker.hpp"

#include "tests/unit/reload/generation_world.hpp"

namespace duplexd::test {
namespace {

class PlanTest : public GenerationWorld {
 protected:
  /// The plan of one worker to go over from `config_` to `next`.
  WorkerPlan plan_to(const Config& next) {
    before_ = make(config_);
    next_ = make(next, before_.get());
    return plan_of(*next_, before_.get(), 1);
  }
  /// On another address of loopback.
  static void add_listener(Config& config, const std::string& name) {
    ListenerConfig& added = config.listeners.emplace_back(config.listeners[0]);
    added.name = name;
    added.bind[0].address = address_of("127.0.1." + std::to_string(config.listeners.size()) + ":0");
  }

  Config config_ = proxy_config({loopback(1), loopback(2)});
  std::unique_ptr<Generation> before_;
  std::unique_ptr<Generation> next_;
};

TEST_F(PlanTest, FirstPlanHasEverything) {
  const auto first = make(config_);
  const WorkerPlan plan = plan_of(*first, nullptr, 0);
  ASSERT_EQ(plan.listeners.size(), 1u);
  EXPECT_TRUE(plan.listeners[0].is_new);
  EXPECT_EQ(plan.listeners[0].route.size(), 1u);
  EXPECT_EQ(plan.listeners[0].acceptors.size(), 1u);
  EXPECT_EQ(plan.new_listeners.size(), 1u);
  EXPECT_TRUE(plan.pools.empty()) << "new upstreams have their pools";
  EXPECT_EQ(first->upstreams()[0].on_worker[0]->pool().members().size(), 2u);
}

TEST_F(PlanTest, SameConfigurationNeedsNothing) {
  const WorkerPlan plan = plan_to(config_);
  EXPECT_TRUE(plan.pools.empty());
  EXPECT_TRUE(plan.listeners.empty());
  EXPECT_TRUE(plan.removed.empty());
  EXPECT_TRUE(plan.leaving.empty());
  EXPECT_FALSE(plan.removes_endpoints);
}

TEST_F(PlanTest, OnlyChangedListenersArePlanned) {
  for (int i = 0; i < 20; ++i) add_listener(config_, "other" + std::to_string(i));
  Config next = config_;
  next.listeners[7].timeouts.idle = Duration(1);
  std::swap(next.listeners[3], next.listeners[4]);
  const WorkerPlan plan = plan_to(next);
  ASSERT_EQ(plan.listeners.size(), 1u);
  EXPECT_EQ(plan.listeners[0].listener->name(), config_.listeners[7].name);
  EXPECT_EQ(plan.listeners[0].route.size(), 1u);
  EXPECT_FALSE(plan.listeners[0].has_acceptors);
}

TEST_F(PlanTest, RenamedListenerTakesTheAcceptorsOver) {
  Config next = config_;
  next.listeners[0].name = "renamed";
  const WorkerPlan plan = plan_to(next);
  ASSERT_EQ(plan.listeners.size(), 1u);
  EXPECT_TRUE(plan.listeners[0].is_new);
  EXPECT_EQ(plan.listeners[0].acceptors.front(), before_->acceptors(*before_->addresses()[0][0])[1]);
  ASSERT_EQ(plan.removed.size(), 1u);
  EXPECT_EQ(plan.removed[0]->name(), "listener");
  EXPECT_TRUE(plan.leaving.empty());
}

TEST_F(PlanTest, AcceptorsOfRemovedAddressesLeave) {
  add_listener(config_, "other");
  Config next = config_;
  next.listeners.pop_back();
  const WorkerPlan plan = plan_to(next);
  EXPECT_TRUE(plan.listeners.empty());
  EXPECT_EQ(plan.removed.size(), 1u);
  EXPECT_EQ(plan.leaving.size(), 1u);
}

TEST_F(PlanTest, OtherEndpointsAreAnotherPool) {
  Config next = config_;
  next.upstreams[0].endpoints.pop_back();
  const WorkerPlan plan = plan_to(next);
  ASSERT_EQ(plan.pools.size(), 1u);
  EXPECT_EQ(plan.pools[0].pool->members().size(), 1u);
  EXPECT_TRUE(plan.listeners.empty());
  EXPECT_TRUE(plan.removes_endpoints);
}

TEST_F(PlanTest, OtherUpstreamIsAnotherRoute) {
  Config next = config_;
  next.upstreams.insert(next.upstreams.begin(), next.upstreams[0]);
  next.upstreams[0].name = "first";
  const WorkerPlan plan = plan_to(next);
  ASSERT_EQ(plan.listeners.size(), 1u) << "index 0 is another upstream now";
  EXPECT_EQ(plan.listeners[0].route.front().targets().upstream->name(), "first");
}

TEST_F(PlanTest, ReturningEndpointsConcernTheirSessions) {
  const auto first = make(config_);
  Config without = config_;
  without.upstreams[0].endpoints.pop_back();
  const auto second = make(without, first.get());
  second->commit(first.get());
  const auto third = make(config_, second.get());
  EXPECT_TRUE(plan_of(*third, second.get(), 0).removes_endpoints);
}

TEST_F(PlanTest, RefusedGenerationsLeaveNoTrace) {
  const auto first = make(config_);
  Config other = proxy_config({loopback(3), loopback(4)});
  other.listeners[0].name = "other listener";
  other.upstreams[0].name = "other upstream";
  make(other, first.get()).reset();
  registry_.forget_unused();
  EXPECT_EQ(registry_.listeners.size(), 1u);
  EXPECT_EQ(registry_.upstreams.size(), 1u);
  EXPECT_EQ(registry_.upstreams["upstream"]->endpoints.size(), 2u);
}

}  // namespace
}  // namespace duplexd::test
