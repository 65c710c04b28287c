#include "core/reload/registry.hpp"

#include <algorithm>

namespace duplexd {
namespace {

Totals::Listener sum(const ListenerRecord& record) {
  Totals::Listener row{.name = record.name};
  for (const ListenerCounters& counters : record.workers) row.add(counters);
  return row;
}

Totals::Upstream sum(const UpstreamRecord& record) {
  Totals::Upstream row{.name = record.name};
  for (const UpstreamCounters& counters : record.workers) row.add(counters);
  for (const EndpointRecord& endpoint : record.endpoints) row.endpoints.push_back(endpoint.totals());
  return row;
}

}  // namespace

Totals Registry::totals() const {
  Totals totals;
  for (const ListenerRecord& listener : listeners) totals.listeners.push_back(sum(listener));
  for (const UpstreamRecord& upstream : upstreams) totals.upstreams.push_back(sum(upstream));
  return totals;
}

void Registry::configure(const Config& config) {
  for (UpstreamRecord& record : upstreams) {
    const auto known = std::ranges::find(config.upstreams, record.name, &UpstreamConfig::name);
    record.configure(known == config.upstreams.end() ? nullptr : &*known);
  }
}

void Registry::forget_unused() {
  for (UpstreamRecord& record : upstreams) record.forget_unused();
}

}  // namespace duplexd
