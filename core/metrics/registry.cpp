#include "core/metrics/registry.hpp"

namespace duplexd {
namespace {

Totals::Listener sum(const ListenerRecord& record) {
  Totals::Listener row{.name = record.name};
  for (const ListenerCounters& counters : record.workers) row.add(counters);
  return row;
}

Totals::Endpoint sum(const EndpointRecord& record) {
  Totals::Endpoint row{.name = record.name};
  for (const EndpointCounters& counters : record.workers) row.add(counters);
  return row;
}

Totals::Upstream sum(const UpstreamRecord& record) {
  Totals::Upstream row{.name = record.name};
  for (const UpstreamCounters& counters : record.workers) row.add(counters);
  for (const EndpointRecord& endpoint : record.endpoints) row.endpoints.push_back(sum(endpoint));
  return row;
}

}  // namespace

Totals Registry::totals() const {
  Totals totals;
  for (const ListenerRecord& listener : listeners) totals.listeners.push_back(sum(listener));
  for (const UpstreamRecord& upstream : upstreams) totals.upstreams.push_back(sum(upstream));
  return totals;
}

}  // namespace duplexd
