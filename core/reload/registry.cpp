#include "core/reload/registry.hpp"

namespace duplexd {
namespace {

Totals::Listener sum(const ListenerAccount& account) {
  Totals::Listener row{.name = account.name};
  for (const ListenerCounters& counters : account.workers) row.add(counters);
  return row;
}

Totals::Upstream sum(const UpstreamAccount& account) {
  Totals::Upstream row{.name = account.name};
  for (const UpstreamCounters& counters : account.workers) row.add(counters);
  for (const auto& endpoint : account.endpoints) row.endpoints.push_back(endpoint->totals());
  return row;
}

}  // namespace

Totals Registry::totals() const {
  Totals totals;
  for (const auto& listener : listeners) totals.listeners.push_back(sum(*listener));
  for (const auto& upstream : upstreams) totals.upstreams.push_back(sum(*upstream));
  totals.former_listeners = former_listeners_;
  totals.former_upstreams = former_upstreams_;
  return totals;
}

void Registry::forget_unused() {
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
