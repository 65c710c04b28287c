#include "core/handover/totals_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

Totals some_totals() {
  Totals totals;
  totals.listeners.push_back({.name = "web",
                              .accepted = 1,
                              .live = 2,
                              .upstream_bytes = 3,
                              .downstream_bytes = 4,
                              .spliced_bytes = 5,
                              .undelivered_bytes = 6,
                              .accept_errors = 7,
                              .backoffs = 8,
                              .at_limit = 9,
                              .handshakes_waited = 21,
                              .sources_forgotten = 20});
  totals.listeners[0].accept_errnos.counts.back() = 32;
  totals.listeners[0].upstream_stalls = 23;
  totals.listeners[0].downstream_stalls = 24;
  totals.listeners[0].upstream_stalled = 25;
  totals.listeners[0].downstream_stalled = 26;
  totals.listeners[0].half_closed = 27;
  totals.listeners[0].half_closed_oldest = 28us;
  totals.listeners[0].durations.buckets.back() = 28;
  totals.listeners[0].durations.microseconds = 29;
  totals.listeners[0].beyond_tried[static_cast<std::size_t>(Limit::rate)] = 22;
  totals.listeners[0].ended[static_cast<std::size_t>(CloseReason::idle_timeout)] = 10;
  totals.upstreams.push_back({.name = "pool", .connected = 11});
  totals.upstreams[0].failed[static_cast<std::size_t>(CloseReason::connect_refused)] = 12;
  totals.upstreams[0].connect_times.buckets[3] = 30;
  totals.upstreams[0].first_bytes.microseconds = 31;
  totals.upstreams[0].endpoints.push_back({.name = "a:1", .chosen = 13, .live = 14, .connected = 15});
  totals.upstreams[0].endpoints[0].checks_passed = 33;
  totals.upstreams[0].endpoints[0].checks_failed = 34;
  totals.upstreams[0].endpoints[0].checks_not_made = 35;
  totals.former_listeners.accepted = std::uint64_t{1} << 63;
  totals.former_upstreams.connected = 17;
  totals.handler_memory_fallbacks = 18;
  totals.spurious_wakeups = 19;
  return totals;
}

std::string text_of(const Totals& totals) { return boost::json::serialize(to_json(totals)); }

TEST(TotalsJsonTest, EveryCounterComesBack) {
  const Totals back = totals_of(boost::json::parse(text_of(some_totals())));
  ASSERT_EQ(back.listeners.size(), 1u);
  EXPECT_EQ(back.listeners[0].name, "web");
  EXPECT_EQ(back.listeners[0].accepted, 1u);
  EXPECT_EQ(back.listeners[0].live, 2u);
  EXPECT_EQ(back.listeners[0].upstream_bytes, 3u);
  EXPECT_EQ(back.listeners[0].downstream_bytes, 4u);
  EXPECT_EQ(back.listeners[0].spliced_bytes, 5u);
  EXPECT_EQ(back.listeners[0].undelivered_bytes, 6u);
  EXPECT_EQ(back.listeners[0].accept_errors, 7u);
  EXPECT_EQ(back.listeners[0].backoffs, 8u);
  EXPECT_EQ(back.listeners[0].at_limit, 9u);
  EXPECT_EQ(back.listeners[0].sources_forgotten, 20u);
  EXPECT_EQ(back.listeners[0].handshakes_waited, 21u);
  EXPECT_EQ(back.listeners[0].beyond_tried, some_totals().listeners[0].beyond_tried);
  EXPECT_EQ(back.listeners[0].ended, some_totals().listeners[0].ended);
  EXPECT_EQ(back.former_listeners.accepted, std::uint64_t{1} << 63);
  EXPECT_EQ(back.handler_memory_fallbacks, 18u);
  EXPECT_EQ(back.spurious_wakeups, 19u);
}

TEST(TotalsJsonTest, StallsAndDurationsComeBack) {
  const Totals back = totals_of(boost::json::parse(text_of(some_totals())));
  EXPECT_EQ(back.listeners[0].accept_errnos.counts.back(), 32u);
  EXPECT_EQ(back.listeners[0].upstream_stalls, 23u);
  EXPECT_EQ(back.listeners[0].downstream_stalls, 24u);
  EXPECT_EQ(back.listeners[0].upstream_stalled, 25u);
  EXPECT_EQ(back.listeners[0].downstream_stalled, 26u);
  EXPECT_EQ(back.listeners[0].half_closed, 27u);
  EXPECT_EQ(back.listeners[0].half_closed_oldest, 28us);
  EXPECT_EQ(back.listeners[0].durations.buckets.back(), 28u);
  EXPECT_EQ(back.listeners[0].durations.microseconds, 29u);
  EXPECT_EQ(back.upstreams[0].connect_times.buckets[3], 30u);
  EXPECT_EQ(back.upstreams[0].first_bytes.microseconds, 31u);
}

TEST(TotalsJsonTest, BucketsOfLaterReleasesAreCounted) {
  const Totals totals = totals_of(boost::json::parse(
      R"({"upstreams":[{"name":"pool","connect_times":{"buckets":[1,0,0,0,0,0,0,0,0,0,0,0,0,2,3,4]}}]})"));
  EXPECT_EQ(totals.upstreams[0].connect_times.buckets.front(), 1u);
  EXPECT_EQ(totals.upstreams[0].connect_times.buckets.back(), 9u);
}

TEST(TotalsJsonTest, EveryCounterOfUpstreamsComesBack) {
  const Totals back = totals_of(boost::json::parse(text_of(some_totals())));
  ASSERT_EQ(back.upstreams.size(), 1u);
  EXPECT_EQ(back.upstreams[0].name, "pool");
  EXPECT_EQ(back.upstreams[0].connected, 11u);
  EXPECT_EQ(back.upstreams[0].failed, some_totals().upstreams[0].failed);
  ASSERT_EQ(back.upstreams[0].endpoints.size(), 1u);
  EXPECT_EQ(back.upstreams[0].endpoints[0].name, "a:1");
  EXPECT_EQ(back.upstreams[0].endpoints[0].chosen, 13u);
  EXPECT_EQ(back.upstreams[0].endpoints[0].live, 14u);
  EXPECT_EQ(back.upstreams[0].endpoints[0].connected, 15u);
  EXPECT_EQ(back.upstreams[0].endpoints[0].checks_passed, 33u);
  EXPECT_EQ(back.upstreams[0].endpoints[0].checks_failed, 34u);
  EXPECT_EQ(back.upstreams[0].endpoints[0].checks_not_made, 35u);
  EXPECT_EQ(back.former_upstreams.connected, 17u);
}

TEST(TotalsJsonTest, EmptyDescriptionIsZero) {
  EXPECT_EQ(text_of(totals_of(boost::json::parse("{}"))), text_of(Totals{}));
}

// The sum stays the same.
TEST(TotalsJsonTest, ReasonsOfLaterReleasesAreCounted) {
  const Totals totals = totals_of(boost::json::parse(
      R"({"listeners":[{"name":"web","ended":{"boredom":2,"ennui":3,"local_error":4}}]})"));
  EXPECT_EQ(totals.listeners[0].ended[static_cast<std::size_t>(CloseReason::local_error)], 9u);
}

TEST(TotalsJsonTest, UnknownLimitsAreLeftOut) {
  const Totals totals =
      totals_of(boost::json::parse(R"({"listeners":[{"name":"web","beyond_tried":{"mood":2,"rate":3}}]})"));
  EXPECT_EQ(totals.listeners[0].beyond_tried[static_cast<std::size_t>(Limit::rate)], 3u);
}

TEST(TotalsJsonTest, OtherJsonIsRefused) {
  for (const char* const text :
       {"[]", R"({"listeners":{}})", R"({"listeners":[1]})", R"({"listeners":[{"accepted":-1}]})",
        R"({"listeners":[{"ended":[]}]})", R"({"spurious_wakeups":1.5})"})
    EXPECT_ANY_THROW((void)totals_of(boost::json::parse(text))) << text;
}

}  // namespace
}  // namespace duplexd
