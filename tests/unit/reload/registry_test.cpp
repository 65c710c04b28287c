#include "core/reload/registry.hpp"

#include "tests/support/proxy.hpp"

#include <gtest/gtest.h>

namespace duplexd::test {
namespace {

TEST(RegistryTest, AccountsLastWhileSomebodyHasThem) {
  Recorder sink;
  Registry registry(2, sink);
  auto listener = registry.listeners["web"];
  auto upstream = registry.upstreams["pool"];
  registry.forget_unused();
  EXPECT_EQ(registry.listeners["web"], listener);
  listener.reset();
  upstream.reset();
  registry.forget_unused();
  EXPECT_EQ(registry.listeners.size(), 0u);
  EXPECT_EQ(registry.upstreams.size(), 0u);
}

TEST(RegistryTest, HeldNamesLast) {
  Recorder sink;
  Registry registry(2, sink);
  (void)registry.listeners["web"];
  auto names = registry.hold_names();
  registry.forget_unused();
  EXPECT_EQ(registry.listeners.size(), 1u);
  names.reset();
  registry.forget_unused();
  EXPECT_EQ(registry.listeners.size(), 0u);
}

TEST(RegistryTest, SumsOutliveTheirAccounts) {
  Recorder sink;
  Registry registry(2, sink);
  registry.listeners["web"]->workers[1].accepted.add(3);
  registry.listeners["web"]->workers[1].ended[0].add(3);
  registry.upstreams["pool"]->workers[0].connected.add(2);
  registry.forget_unused();
  const Totals totals = registry.totals();
  EXPECT_TRUE(totals.listeners.empty());
  EXPECT_EQ(totals.former_listeners.accepted, 3u);
  EXPECT_EQ(totals.former_upstreams.connected, 2u);
  EXPECT_EQ(totals.of_all_listeners().accepted, 3u);
  EXPECT_EQ(totals.of_all_listeners().live, 0u);
}

TEST(RegistryTest, UpstreamsLastAsLongAsEndpoints) {
  Recorder sink;
  Registry registry(1, sink);
  {
    std::uint64_t serial = 0;
    const EndpointHold session(registry.upstreams["pool"]->endpoints["a"]->at(loopback(1), serial));
    registry.forget_unused();
    EXPECT_EQ(registry.upstreams.size(), 1u);
  }
  registry.forget_unused();
  EXPECT_EQ(registry.upstreams.size(), 0u);
}

TEST(RegistryTest, CountersGoOnFromEarlierOnes) {
  Recorder sink;
  Totals earlier;
  earlier.listeners.resize(1);
  earlier.listeners[0].name = "web";
  earlier.listeners[0].accepted = 7;
  earlier.listeners[0].live = 3;
  earlier.listeners[0].ended[1] = 4;
  earlier.upstreams.resize(1);
  earlier.upstreams[0].name = "pool";
  earlier.upstreams[0].connected = 7;
  earlier.former_listeners.accepted = 2;
  earlier.former_listeners.ended[0] = 2;
  earlier.handler_memory_fallbacks = 1;
  earlier.spurious_wakeups = 5;
  Registry registry(1, sink);
  const auto listener = registry.listeners["web"];
  const auto upstream = registry.upstreams["pool"];
  listener->workers[0].accepted.add(3);  // the sessions that were live there, and are here
  registry.begin_with(earlier);
  const Totals totals = registry.totals();
  EXPECT_EQ(totals.listeners[0].accepted, 7u);
  EXPECT_EQ(totals.listeners[0].ended[1], 4u);
  EXPECT_EQ(totals.listeners[0].live, 3u);
  EXPECT_EQ(totals.upstreams[0].connected, 7u);
  EXPECT_EQ(totals.former_listeners.accepted, 2u);
  EXPECT_EQ(totals.handler_memory_fallbacks, 1u);
  EXPECT_EQ(totals.spurious_wakeups, 5u);
}

TEST(RegistryTest, TablesGoWithTheirLastUser) {
  ListenerAccount account("web", 1);
  auto table = account.source_table(1, 10, 64);
  account.forget_unused();
  EXPECT_EQ(account.source_table(1, 10, 64), table);
  const std::weak_ptr<SourceTable> gone = table;
  table.reset();
  account.forget_unused();
  EXPECT_TRUE(gone.expired());
}

TEST(RegistryTest, OtherLimitsCountInOneTable) {
  ListenerAccount account("web", 1);
  const auto table = account.source_table(1, 10, 64);
  EXPECT_EQ(account.source_table(2, 10, 64), table) << "more sessions of each source";
  EXPECT_EQ(account.source_table(1, 100'000, 64), table) << "more sources";
  EXPECT_EQ(account.source_table(1, 10, 64), table) << "fewer";
  EXPECT_EQ(account.source_table(1, 10, 56), table) << "another prefix";
}

TEST(RegistryTest, RatesGoWithTheirLastUser) {
  ListenerAccount account("web", 1);
  auto rates = account.source_rates(64);
  EXPECT_EQ(account.source_rates(56), rates);
  const std::weak_ptr<SourceRates> gone = rates;
  rates.reset();
  account.forget_unused();
  EXPECT_TRUE(gone.expired());
}

}  // namespace
}  // namespace duplexd::test
