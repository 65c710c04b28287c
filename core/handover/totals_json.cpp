#include "core/handover/totals_json.hpp"

#include "core/handover/json_fields.hpp"

#include <string>
#include <string_view>

namespace duplexd {

// Each of these names the fields of a value once, for writing and for reading. What an earlier release did
// not count is missing, and 0.

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, HistogramCounts>& row) {
  fields("buckets", row.buckets);
  fields("microseconds", row.microseconds);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, AcceptErrnoCounts>& row) {
  for (std::size_t i = 0; i < accept_errnos.size(); ++i) fields(accept_errnos[i].name, row.counts[i]);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, Totals::Listener>& row) {
  fields("name", row.name);
  fields("accepted", row.accepted);
  fields("live", row.live);
  fields("ended", row.ended);
  fields("upstream_bytes", row.upstream_bytes);
  fields("downstream_bytes", row.downstream_bytes);
  fields("spliced_bytes", row.spliced_bytes);
  fields("undelivered_bytes", row.undelivered_bytes);
  fields("accept_errors", row.accept_errors);
  fields("accept_errnos", row.accept_errnos);
  fields("backoffs", row.backoffs);
  fields("at_limit", row.at_limit);
  fields("handshakes_waited", row.handshakes_waited);
  fields("beyond_tried", row.beyond_tried);
  fields("sources_forgotten", row.sources_forgotten);
  fields("upstream_stalls", row.upstream_stalls);
  fields("downstream_stalls", row.downstream_stalls);
  fields("upstream_stalled", row.upstream_stalled);
  fields("downstream_stalled", row.downstream_stalled);
  fields("half_closed", row.half_closed);
  fields("half_closed_oldest_us", row.half_closed_oldest);
  fields("durations", row.durations);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, Totals::Endpoint>& row) {
  fields("name", row.name);
  fields("chosen", row.chosen);
  fields("live", row.live);
  fields("connected", row.connected);
  fields("failed", row.failed);
  fields("checks_passed", row.checks_passed);
  fields("checks_failed", row.checks_failed);
  fields("checks_not_made", row.checks_not_made);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, Totals::Upstream>& row) {
  fields("name", row.name);
  fields("connected", row.connected);
  fields("failed", row.failed);
  fields("connect_times", row.connect_times);
  fields("first_bytes", row.first_bytes);
  fields("endpoints", row.endpoints);
}

template <class Fields>
static void visit(Fields& fields, SameConst<Fields, Totals>& totals) {
  fields("listeners", totals.listeners);
  fields("upstreams", totals.upstreams);
  fields("former_listeners", totals.former_listeners);
  fields("former_upstreams", totals.former_upstreams);
  fields("handler_memory_fallbacks", totals.handler_memory_fallbacks);
  fields("spurious_wakeups", totals.spurious_wakeups);
}

boost::json::object to_json(const Totals& totals) {
  std::string none;
  FieldWriter writer(none);
  visit(writer, totals);
  return writer.take();
}

Totals totals_of(const boost::json::value& description) {
  Totals totals;
  std::string_view none;
  FieldReader reader(description.as_object(), none);
  visit(reader, totals);
  return totals;
}

}  // namespace duplexd
