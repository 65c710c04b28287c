#include "daemon/control/status.hpp"

#include "core/tls/wall_time.hpp"
#include "daemon/control/endpoint_json.hpp"
#include "daemon/control/json_text.hpp"
#include "daemon/process.hpp"
#include "daemon/process_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace duplexd {
namespace {

namespace json = boost::json;

template <class Items>
bool has(const Items& items, const std::string& name) {
  return std::ranges::any_of(items, [&](const auto& item) { return item.name == name; });
}

json::value to_json(const ReloadOutcome* outcome) {
  if (!outcome) return nullptr;
  return json::object{{"time", to_text(outcome->time)},
                      {"result", text(to_word(outcome->result))},
                      {"problems", texts(outcome->problems)}};
}

json::array certificates_json(const std::string& listener, const std::vector<CertificateReport>& all) {
  json::array certificates;
  for (const CertificateReport& each : all) {
    if (each.listener != listener) continue;
    certificates.push_back(json::object{{"file", text(each.file)},
                                        {"names", texts(each.names)},
                                        {"expires", to_text(each.expires)},
                                        {"days_left", each.days_left(wall_time())}});
  }
  return certificates;
}

/// Clients that limits and access lists have turned away, by reason.
json::object refused_json(const Totals::Listener& listener) {
  using enum CloseReason;
  json::object refused;
  for (const CloseReason reason :
       {access_denied, source_limit, source_rate_limit, session_limit, rate_limit, handshake_limit})
    refused[to_word(reason)] = listener.ended[static_cast<std::size_t>(reason)];
  return refused;
}

LimitSet tried_by(const Config& config, const std::string& listener) {
  const auto found = std::ranges::find(config.listeners, listener, &ListenerConfig::name);
  return found == config.listeners.end() ? LimitSet() : tried_limits(*found);
}

/// Of each limit that is tried, or was: the clients or bytes beyond it.
json::object dry_run_json(const Totals::Listener& listener, LimitSet tried) {
  json::object beyond;
  for (std::size_t i = 0; i < limit_count; ++i) {
    const auto limit = static_cast<Limit>(i);
    if (tried.contains(limit) || listener.beyond_tried[i] > 0)
      beyond[to_word(limit)] = listener.beyond_tried[i];
  }
  return beyond;
}

json::array to_json(const Totals& totals, const Config& config,
                    const std::vector<ListeningAddress>& addresses,
                    const std::vector<CertificateReport>& certificates) {
  json::array listeners;
  for (const Totals::Listener& listener : totals.listeners) {
    const bool removed = !has(config.listeners, listener.name);
    if (removed && listener.live == 0) continue;
    json::array at;
    for (const ListeningAddress& one : addresses) {
      if (one.listener == listener.name) at.emplace_back(one.address.to_string());
    }
    listeners.push_back(json::object{{"name", listener.name},
                                     {"addresses", std::move(at)},
                                     {"live", listener.live},
                                     {"accepted", listener.accepted},
                                     {"upstream_bytes", listener.upstream_bytes},
                                     {"downstream_bytes", listener.downstream_bytes},
                                     {"spliced_bytes", listener.spliced_bytes},
                                     {"certificates", certificates_json(listener.name, certificates)},
                                     {"at_limit", listener.at_limit},
                                     {"handshakes_waited", listener.handshakes_waited},
                                     {"sources_forgotten", listener.sources_forgotten},
                                     {"refused", refused_json(listener)},
                                     {"dry_run", dry_run_json(listener, tried_by(config, listener.name))},
                                     {"removed", removed}});
  }
  return listeners;
}

using Reports = std::unordered_map<std::string_view, const EndpointReport*>;

Reports by_name(const std::optional<UpstreamReport>& report) {
  Reports reports;
  if (!report) return reports;
  for (const EndpointReport& endpoint : report->endpoints) reports.emplace(endpoint.name, &endpoint);
  return reports;
}

json::array endpoints_json(const Totals::Upstream& upstream, const std::optional<UpstreamReport>& report) {
  const Reports reports = by_name(report);
  json::array endpoints;
  for (const Totals::Endpoint& endpoint : upstream.endpoints) {
    const auto known = reports.find(endpoint.name);
    if (known != reports.end()) {
      endpoints.push_back(endpoint_json(upstream.name, *known->second));
    } else if (endpoint.live > 0) {
      endpoints.push_back(removed_endpoint_json(upstream.name, endpoint));
    }
  }
  return endpoints;
}

json::value to_json(const std::optional<SourceReport::Time>& time) {
  return time ? json::value(to_text(*time)) : json::value();
}

json::array sources_json(const std::optional<UpstreamReport>& report) {
  json::array sources;
  if (!report) return sources;
  for (const SourceReport& source : report->sources) {
    sources.push_back(
        json::object{{"name", source.name},
                     {"endpoints", source.endpoints ? json::value(*source.endpoints) : json::value()},
                     {"last_success", to_json(source.succeeded)},
                     {"last_failure", to_json(source.failed)},
                     {"failure", source.failure.empty() ? json::value() : json::value(source.failure)},
                     {"left_out", source.left_out.empty() ? json::value() : json::value(source.left_out)}});
  }
  return sources;
}

json::array upstreams_json(const Totals& totals, const Server& server) {
  json::array upstreams;
  for (const Totals::Upstream& upstream : totals.upstreams) {
    const std::optional<UpstreamReport> report = server.report(upstream.name);
    json::array endpoints = endpoints_json(upstream, report);
    if (!report && endpoints.empty()) continue;
    upstreams.push_back(json::object{{"name", upstream.name},
                                     {"connected", upstream.connected},
                                     {"waiting", report ? report->waiting : 0},
                                     {"endpoints", std::move(endpoints)},
                                     {"sources", sources_json(report)}});
  }
  return upstreams;
}

}  // namespace

std::string_view to_word(ProcessState state) noexcept {
  switch (state) {
    case ProcessState::serving:
      return "serving";
    case ProcessState::paused:
      return "paused";
    case ProcessState::stopping:
      break;
  }
  return "stopping";
}

json::value status_json(const Server& server, const Reloader& reloader, ProcessState state,
                        std::chrono::seconds uptime) {
  const Totals totals = server.totals();
  const EffectiveLimits& limits = server.limits();
  return json::object{
      {"version", text(program_version)},
      {"pid", ::getpid()},
      {"uptime_seconds", uptime.count()},
      {"state", text(to_word(state))},
      {"generation", reloader.generation()},
      {"config", reloader.source()},
      {"last_reload", to_json(reloader.last())},
      {"pending_restart", texts(reloader.pending_restart())},
      {"workers", limits.workers},
      {"sessions", json::object{{"live", live_sessions(totals)}, {"limit", limits.sessions}}},
      {"listeners", to_json(totals, reloader.running(), server.addresses(), server.certificates())},
      {"upstreams", upstreams_json(totals, server)}};
}

}  // namespace duplexd
