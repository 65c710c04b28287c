// Whatever is counted is shown: who adds a counter and no metric fails here.
#include "core/handover/totals_json.hpp"
#include "core/metrics/exposition/prometheus_text.hpp"
#include "tests/support/metrics/scraped.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace duplexd::test {
namespace {

namespace json = boost::json;

// These do not compile once a counter is added. Then give it a metric, and a field in core/handover, from
// which the test below learns of it.
[[maybe_unused]] void know_each_member(const Totals& totals) {
  [[maybe_unused]] const auto& [listeners, upstreams, former_listeners, former_upstreams, fallbacks,
                                wakeups] = totals;
  [[maybe_unused]] const auto& [name, accepted, live, ended, upstream_bytes, downstream_bytes, spliced_bytes,
                                undelivered_bytes, accept_errors, errnos, backoffs, at_limit,
                                handshakes_waited, beyond_tried, sources_forgotten, upstream_stalls,
                                downstream_stalls, upstream_stalled, downstream_stalled, half_closed,
                                half_closed_oldest, durations] = former_listeners;
  [[maybe_unused]] const auto& [upstream, connected, failed, connect_times, first_bytes, endpoints] =
      former_upstreams;
  const Totals::Endpoint row;
  [[maybe_unused]] const auto& [endpoint, chosen, endpoint_live, endpoint_connected, endpoint_failed,
                                usual_connect, passed, failed_checks, not_made] = row;
}

/// Gives each number in `value` one of its own, and notes its place.
void number_each(json::value& value, const std::string& place, std::vector<std::string>& places) {
  if (auto* const object = value.if_object()) {
    for (auto& [key, member] : *object) number_each(member, place + '.' + std::string(key), places);
  } else if (auto* const array = value.if_array()) {
    for (json::value& each : *array) number_each(each, place, places);
  } else if (value.is_number()) {
    places.push_back(place);
    // Also in seconds none of them is another one.
    value = std::uint64_t{places.size()} * 1'000'003;
  }
}

Totals one_of_each() {
  Totals totals;
  Totals::Listener listener{.name = "web"};
  listener.ended.fill(1);
  listener.beyond_tried.fill(1);
  Totals::Upstream upstream{.name = "pool"};
  const auto first = static_cast<std::size_t>(CloseReason::connect_refused);
  upstream.failed[first] = 1;
  upstream.endpoints.push_back({.name = "a:1"});
  upstream.endpoints[0].failed[first] = 1;
  totals.listeners.push_back(listener);
  totals.upstreams.push_back(upstream);
  return totals;
}

/// The values of the samples, with buckets apart from those before them.
std::set<std::uint64_t> numbers_shown(const Scraped& scraped) {
  std::set<std::uint64_t> shown;
  double shorter = 0;
  for (const Scraped::Sample& sample : scraped.samples) {
    const bool is_bucket = sample.name.ends_with("_bucket");
    const double value = sample.value - (is_bucket ? shorter : 0);
    shorter = is_bucket ? sample.value : 0;
    const bool in_seconds = sample.name.find("_seconds") != std::string::npos;
    shown.insert(static_cast<std::uint64_t>(value + 0.5));
    if (in_seconds && !is_bucket) shown.insert(static_cast<std::uint64_t>(value * 1e6 + 0.5));
  }
  return shown;
}

TEST(EveryCounterTest, WhatIsHandedOverIsShown) {
  json::value numbered = to_json(one_of_each());
  // What is no more has no name to show it under.
  numbered.as_object().erase("former_listeners");
  numbered.as_object().erase("former_upstreams");
  std::vector<std::string> places;
  number_each(numbered, "", places);
  ASSERT_GT(places.size(), 100u);
  Totals totals = totals_of(numbered);
  // Of all errors of accept4(2), those are shown that have no errno of their own.
  for (const std::uint64_t count : totals.listeners[0].accept_errnos.counts)
    totals.listeners[0].accept_errors += count;
  const Scraped scraped = scrape(prometheus_text({.totals = totals}));
  const std::set<std::uint64_t> shown = numbers_shown(scraped);
  for (std::size_t i = 0; i < places.size(); ++i)
    EXPECT_TRUE(shown.contains((i + 1) * 1'000'003)) << places[i] << " is counted, and in no metric";
}

}  // namespace
}  // namespace duplexd::test
