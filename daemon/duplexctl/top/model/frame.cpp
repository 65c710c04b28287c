#include "daemon/duplexctl/top/model/frame.hpp"

#include "daemon/duplexctl/top/model/rates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::duplexctl::top {
namespace {

void add(std::optional<double>& sum, std::optional<double> rate) {
  if (rate) sum = sum.value_or(0) + *rate;
}

/// The sums over the listeners that both readings have, because one that has gone takes its counters along.
void add_rates(Head& head, const Reading& now, const Reading& before) {
  const Rates rates(now, &before);
  const auto known = by_name(&before.listeners);
  for (const Reading::Listener& each : now.listeners) {
    const auto* const then = known.find(each);
    if (!then) continue;
    add(head.accepted, rates.of(each.accepted, then->accepted));
    add(head.upstream_bytes, rates.of(each.upstream_bytes, then->upstream_bytes));
    add(head.downstream_bytes, rates.of(each.downstream_bytes, then->downstream_bytes));
  }
}

std::string worst_lag(const Reading& now, const Reading& before) {
  const auto known = by_name(&before.workers);
  std::optional<double> worst;
  for (const Reading::Worker& each : now.workers) {
    const Lag lag = lag_of(each, known.find(each));
    if (lag.bound) worst = std::max(worst.value_or(0), *lag.bound);
  }
  return latency_bound(worst).text;
}

Head head_of(const Reading& now, const Reading* before) {
  Head head{.version = now.version,
            .state = now.state,
            .uptime = now.uptime,
            .generation = now.generation,
            .live = now.live,
            .limit = now.limit};
  if (!now.has_all_sessions) head.left_out = fmt::format("{} of {} sessions", now.sessions.size(), now.live);
  if (!before || !Rates(now, before).are_known()) return head;
  add_rates(head, now, *before);
  head.loop_lag = worst_lag(now, *before);
  return head;
}

std::vector<Row> rows_of(View view, const Reading& now, const Reading* before) {
  switch (view) {
    case View::sessions:
      return rows_of_sessions(now, before);
    case View::listeners:
      return rows_of_listeners(now, before);
    case View::endpoints:
      return rows_of_endpoints(now, before);
    case View::workers:
      break;
  }
  return rows_of_workers(now, before);
}

}  // namespace

Frame frame_of(View view, const Reading& now, const Reading* before) {
  return {.head = head_of(now, before), .view = view, .rows = rows_of(view, now, before)};
}

}  // namespace duplexd::duplexctl::top
