#include "core/metrics/registry.hpp"

namespace duplexd {
namespace {

Totals::Listener sum(const ListenerAccount& account) {
  Totals::Listener row{.name = account.name};
  for (const ListenerCounters& counters : account.workers) row.add(counters);
  return row;
}

Totals::Endpoint sum(const EndpointAccount& account) {
  Totals::Endpoint row{.name = account.name};
  for (const EndpointCounters& counters : account.workers) row.add(counters);
  return row;
}

Totals::Upstream sum(const UpstreamAccount& account) {
  Totals::Upstream row{.name = account.name};
  for (const UpstreamCounters& counters : account.workers) row.add(counters);
  for (const EndpointAccount& endpoint : account.endpoints) row.endpoints.push_back(sum(endpoint));
  return row;
}

}  // namespace

Totals Registry::totals() const {
  Totals totals;
  for (const ListenerAccount& listener : listeners) totals.listeners.push_back(sum(listener));
  for (const UpstreamAccount& upstream : upstreams) totals.upstreams.push_back(sum(upstream));
  return totals;
}

}  // namespace duplexd
