#include "core/reload/registry.hpp"

#include <algorithm>

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
  for (const EndpointAccount& endpoint : account.endpoints) row.endpoints.push_back(endpoint.totals());
  return row;
}

}  // namespace

Totals Registry::totals() const {
  Totals totals;
  for (const ListenerAccount& listener : listeners) totals.listeners.push_back(sum(listener));
  for (const UpstreamAccount& upstream : upstreams) totals.upstreams.push_back(sum(upstream));
  return totals;
}

void Registry::configure(const Config& config) {
  for (UpstreamAccount& account : upstreams) {
    const auto known = std::ranges::find(config.upstreams, account.name, &UpstreamConfig::name);
    account.configure(known == config.upstreams.end() ? nullptr : &*known);
  }
}

void Registry::forget_unused() {
  for (UpstreamAccount& account : upstreams) account.forget_unused();
}

}  // namespace duplexd
