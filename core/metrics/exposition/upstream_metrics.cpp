#include "core/metrics/exposition/metric.hpp"

#include <algorithm>

namespace duplexd {

namespace {

using enum Metric::Type;
using EndpointRow = Totals::Endpoint;

template <auto Member>
void of_endpoints(const Figures& figures, Samples& samples) {
  for (const Totals::Upstream& upstream : figures.totals.upstreams) {
    for (const EndpointRow& each : upstream.endpoints)
      samples.add({{"upstream", upstream.name}, {"endpoint", each.name}}, each.*Member);
  }
}

template <class Read>
void of_configured(const Figures& figures, Samples& samples, Read read) {
  for (const EndpointFigures& each : figures.endpoints)
    samples.add({{"upstream", each.upstream}, {"endpoint", each.name}}, read(each));
}

bool may_fail_so(std::size_t reason) noexcept {
  return reason >= static_cast<std::size_t>(CloseReason::connect_refused) &&
         reason <= static_cast<std::size_t>(CloseReason::endpoint_tls_failed);
}

void connected(const Figures& figures, Samples& samples) {
  for (const Totals::Upstream& each : figures.totals.upstreams)
    samples.add({{"upstream", each.name}}, each.connected);
}

void failed(const Figures& figures, Samples& samples) {
  for (const Totals::Upstream& each : figures.totals.upstreams) {
    for (std::size_t i = 0; i < close_reason_count; ++i) {
      if (!may_fail_so(i) && each.failed[i] == 0) continue;
      samples.add({{"upstream", each.name}, {"reason", to_word(static_cast<CloseReason>(i))}},
                  each.failed[i]);
    }
  }
}

// Endpoints may be many: only what has happened to one has a sample.
void failed_of_endpoints(const Figures& figures, Samples& samples) {
  for (const Totals::Upstream& upstream : figures.totals.upstreams) {
    for (const EndpointRow& each : upstream.endpoints) {
      for (std::size_t i = 0; i < close_reason_count; ++i) {
        if (each.failed[i] == 0) continue;
        samples.add({{"upstream", upstream.name},
                     {"endpoint", each.name},
                     {"reason", to_word(static_cast<CloseReason>(i))}},
                    each.failed[i]);
      }
    }
  }
}

template <auto Member>
void times_of_upstreams(const Figures& figures, Samples& samples) {
  for (const Totals::Upstream& each : figures.totals.upstreams)
    samples.add({{"upstream", each.name}}, each.*Member, answer_bounds);
}

void waiting(const Figures& figures, Samples& samples) {
  for (const UpstreamFigures& each : figures.upstreams) samples.add({{"upstream", each.name}}, each.waiting);
}

void usual_connect(const Figures& figures, Samples& samples) {
  for (const Totals::Upstream& upstream : figures.totals.upstreams) {
    for (const EndpointRow& each : upstream.endpoints) {
      samples.add({{"upstream", upstream.name}, {"endpoint", each.name}},
                  to_seconds(static_cast<std::uint64_t>(each.usual_connect.count())));
    }
  }
}

void addresses(const Figures& figures, Samples& samples) {
  for (const EndpointFigures& each : figures.endpoints) {
    for (std::size_t i = 0; i < EndpointFigures::states.size(); ++i) {
      samples.add(
          {{"upstream", each.upstream}, {"endpoint", each.name}, {"state", EndpointFigures::states[i]}},
          each.addresses[i]);
    }
  }
}

void checks(const Figures& figures, Samples& samples) {
  for (const Totals::Upstream& upstream : figures.totals.upstreams) {
    for (const EndpointRow& each : upstream.endpoints) {
      const auto add = [&](std::string_view result, std::uint64_t count) {
        samples.add({{"upstream", upstream.name}, {"endpoint", each.name}, {"result", result}}, count);
      };
      add("passed", each.checks_passed);
      add("failed", each.checks_failed);
      add("not_made", each.checks_not_made);
    }
  }
}

void checked(const Figures& figures, Samples& samples) {
  for (const EndpointFigures& each : figures.endpoints) {
    if (!each.checked) continue;
    const std::chrono::duration<double> since = each.checked->time_since_epoch();
    samples.add({{"upstream", each.upstream}, {"endpoint", each.name}}, since.count());
  }
}

void check_passed(const Figures& figures, Samples& samples) {
  for (const EndpointFigures& each : figures.endpoints) {
    if (!each.checked) continue;
    samples.add({{"upstream", each.upstream}, {"endpoint", each.name}}, std::uint64_t{each.check_passed});
  }
}

void source_ports_used(const Figures& figures, Samples& samples) {
  for (const SourcePortFigures& each : figures.source_ports) {
    samples.add({{"upstream", each.upstream}, {"endpoint", each.endpoint}, {"source", each.source}},
                each.ports.used);
  }
}

void source_ports_left(const Figures& figures, Samples& samples) {
  for (const SourcePortFigures& each : figures.source_ports) {
    if (each.ports.limit == 0) continue;
    samples.add({{"upstream", each.upstream}, {"endpoint", each.endpoint}, {"source", each.source}},
                each.ports.limit - std::min(each.ports.limit, each.ports.used));
  }
}

constexpr Metric upstream_rows[] = {
    {"duplexd_upstream_connected_total", counter, "upstream", "Attempts to connect that succeeded.",
     connected},
    {"duplexd_upstream_failed_total", counter, "upstream, reason",
     "Attempts to connect that failed, by the close reason that each would have caused.", failed},
    {"duplexd_upstream_connect_seconds", histogram, "upstream",
     "Attempts to connect that succeeded, by how long they took; a lost segment costs a second.",
     times_of_upstreams<&Totals::Upstream::connect_times>},
    {"duplexd_upstream_first_byte_seconds", histogram, "upstream",
     "Sessions whose endpoint has answered, by the time from the beginning of the relaying to the first byte "
     "that the client was delivered.",
     times_of_upstreams<&Totals::Upstream::first_bytes>},
    {"duplexd_upstream_waiting", gauge, "upstream", "Sessions that wait for an endpoint with room.", waiting},
    {"duplexd_endpoint_chosen_total", counter, "upstream, endpoint",
     "How often sessions have chosen the endpoint, to dial it.", of_endpoints<&EndpointRow::chosen>},
    {"duplexd_endpoint_sessions", gauge, "upstream, endpoint", "Sessions that have the endpoint.",
     of_endpoints<&EndpointRow::live>},
    {"duplexd_endpoint_connected_total", counter, "upstream, endpoint", "Attempts to connect that succeeded.",
     of_endpoints<&EndpointRow::connected>},
    {"duplexd_endpoint_failed_total", counter, "upstream, endpoint, reason",
     "Attempts to connect that failed; a reason that never occurred has no sample.", failed_of_endpoints},
    {"duplexd_endpoint_usual_connect_seconds", gauge, "upstream, endpoint",
     "How long it usually takes to connect to its slowest address; 0: nothing has connected yet.",
     usual_connect},
    {"duplexd_endpoint_addresses", gauge, "upstream, endpoint, state",
     "Addresses of the endpoint that are up, ejected, down, drained or disabled.", addresses},
    {"duplexd_endpoint_up", gauge, "upstream, endpoint",
     "1: one of its addresses at least takes sessions; 0: none.",
     [](const Figures& figures, Samples& samples) {
       of_configured(figures, samples, [](const EndpointFigures& each) -> std::uint64_t {
         return each.addresses[0] > 0 ? 1 : 0;
       });
     }},
    {"duplexd_endpoint_weight", gauge, "upstream, endpoint", "The weight that is in force.",
     [](const Figures& figures, Samples& samples) {
       of_configured(figures, samples,
                     [](const EndpointFigures& each) { return std::uint64_t{each.weight}; });
     }},
    {"duplexd_endpoint_sessions_limit", gauge, "upstream, endpoint",
     "Sessions that each of its addresses may have; 0: any number.",
     [](const Figures& figures, Samples& samples) {
       of_configured(figures, samples,
                     [](const EndpointFigures& each) { return std::uint64_t{each.max_sessions}; });
     }},
    {"duplexd_endpoint_source_ports_used", gauge, "upstream, endpoint, source",
     "Ports of the source address that TCP connections of this host to the endpoint have, also those in "
     "TIME_WAIT. Of several addresses of the endpoint, the one that has the most counts. An empty source: "
     "the kernel chooses it.",
     source_ports_used},
    {"duplexd_endpoint_source_ports_left", gauge, "upstream, endpoint, source",
     "Ports of net.ipv4.ip_local_port_range that are left to dial the endpoint from the source address.",
     source_ports_left},
    {"duplexd_endpoint_checks_total", counter, "upstream, endpoint, result",
     "Checks that have ended: passed, failed, or not made for a reason of this host.", checks},
    {"duplexd_endpoint_check_timestamp_seconds", gauge, "upstream, endpoint",
     "When the last check of the endpoint ended, since 1970; no sample: there was none.", checked},
    {"duplexd_endpoint_check_passed", gauge, "upstream, endpoint",
     "1: the last check of the endpoint has passed; 0: it has not; no sample: there was none.", check_passed},
};

}  // namespace

std::span<const Metric> upstream_metrics() noexcept { return upstream_rows; }

}  // namespace duplexd
