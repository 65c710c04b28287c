#include "core/reload/registry.hpp"

#include <numeric>

namespace duplexd {
namespace {

Totals::Listener sum(const ListenerAccount& account) {
  Totals::Listener row = account.earlier;
  row.name = account.name;
  for (const ListenerCounters& counters : account.workers) row.add(counters);
  return row;
}

Totals::Upstream sum(const UpstreamAccount& account) {
  Totals::Upstream row{.name = account.name};
  row.add(account.earlier);
  for (const UpstreamCounters& counters : account.workers) row.add(counters);
  for (const auto& endpoint : account.endpoints) row.endpoints.push_back(endpoint->totals());
  return row;
}

/// Without the live sessions, which are counted where they go on.
Totals::Listener ended_only(Totals::Listener row) {
  row.accepted = std::accumulate(row.ended.begin(), row.ended.end(), std::uint64_t{0});
  row.live = 0;
  row.half_closed = 0;
  row.half_closed_oldest = {};
  return row;
}

}  // namespace

Totals Registry::totals() const {
  Totals totals;
  for (const auto& listener : listeners) totals.listeners.push_back(sum(*listener));
  for (const auto& upstream : upstreams) totals.upstreams.push_back(sum(*upstream));
  totals.former_listeners = former_listeners_;
  totals.former_upstreams = former_upstreams_;
  totals.handler_memory_fallbacks = earlier_fallbacks_;
  totals.spurious_wakeups = earlier_wakeups_;
  return totals;
}

void Registry::begin_with(const Totals& earlier) {
  for (const Totals::Listener& row : earlier.listeners) listeners[row.name]->earlier.add(ended_only(row));
  for (const Totals::Upstream& row : earlier.upstreams) {
    UpstreamAccount& account = *upstreams[row.name];
    account.earlier.add(row);
    for (const Totals::Endpoint& each : row.endpoints) account.endpoints[each.name]->begin_with(each);
  }
  former_listeners_.add(ended_only(earlier.former_listeners));
  former_upstreams_.add(earlier.former_upstreams);
  earlier_fallbacks_ += earlier.handler_memory_fallbacks;
  earlier_wakeups_ += earlier.spurious_wakeups;
}

void Registry::forget_unused() {
  if (held_.use_count() > 1) return;
  for (const auto& upstream : upstreams) upstream->forget_unused(sink_);
  for (const auto& listener : listeners) listener->forget_unused();
  upstreams.sweep([this](const auto& account) { return forget(account); });
  listeners.sweep([this](const auto& account) { return forget(account); });
}

bool Registry::forget(const std::shared_ptr<ListenerAccount>& account) {
  const Totals::Listener row = sum(*account);
  if (!sink_.release(account)) return false;
  former_listeners_.add(row);
  return true;
}

// Only after its endpoints: one that a session has keeps it.
bool Registry::forget(const std::shared_ptr<UpstreamAccount>& account) {
  if (account->endpoints.size() > 0) return false;
  const Totals::Upstream row = sum(*account);
  if (!sink_.release(account)) return false;
  former_upstreams_.add(row);
  return true;
}

}  // namespace duplexd
