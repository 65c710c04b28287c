#include "core/reload/endpoints/endpoint_report.hpp"

#include "core/reload/parts/served.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace duplexd {
namespace {

using std::chrono::system_clock;

// The steady clock has no date: both clocks are read at once.
system_clock::time_point time_of(Millis moment) {
  return system_clock::now() + std::chrono::milliseconds(moment - now_in_millis());
}

std::string words_of_sessions(const AddressReport& report) {
  return report.usual_connect.count() == 0 ? "no session could use it" : "sessions could not use it any more";
}

// The last one may have passed: one alone does not make it up.
std::string words_of_check(const std::optional<LastCheck>& check) {
  return check && !check->result.passed() ? check->result.words : "its checks say so";
}

std::string why(const AddressReport& report) {
  switch (report.standing) {
    case Standing::drained:
    case Standing::disabled:
      return "the operator said so";
    case Standing::down:
      return words_of_check(report.last_check);
    case Standing::ejected:
      return words_of_sessions(report);
    case Standing::up:
      break;
  }
  return "";
}

AddressReport report_of(const Endpoint& endpoint, const LastCheckOf& last_check) {
  AddressReport report{.address = endpoint.address, .standing = endpoint.standing_in_all()};
  report.since = endpoint.seen().since(report.standing, system_clock::now());
  report.live = endpoint.sessions().live;
  report.usual_connect = endpoint.trust().usual();
  if (const Millis until = endpoint.trust().ejected_until()) report.ejected_until = time_of(until);
  report.last_check = last_check(endpoint);
  report.why = why(report);
  return report;
}

EndpointReport report_of(const ServedEndpoint& endpoint) {
  EndpointReport report{.name = endpoint.account->name};
  report.order = {endpoint.account->word(), endpoint.account->weight()};
  report.weight = endpoint.weight();
  report.configured_weight = endpoint.config.weight;
  report.priority = endpoint.config.priority;
  report.backup = endpoint.config.backup;
  report.max_sessions = endpoint.config.max_sessions;
  report.totals = endpoint.account->totals();
  if (!endpoint.host()) return report;
  report.resolve_failure = endpoint.name.state().failure;
  report.resolve_failed = endpoint.name.state().failed;
  return report;
}

}  // namespace

UpstreamReport report_of(const ServedUpstream& upstream, const LastCheckOf& last_check) {
  UpstreamReport report{.waiting = upstream.account->line.size(),
                        .dialled_from = upstream.config->source,
                        .dialled_as_client = upstream.config->source_is_client};
  std::unordered_map<std::string_view, std::size_t> places;
  for (const ServedEndpoint& endpoint : upstream.endpoints) {
    places.emplace(endpoint.account->name, report.endpoints.size());
    report.endpoints.push_back(report_of(endpoint));
  }
  for (const Pool::Member& member : upstream.pool->members())
    report.endpoints[places.at(member.endpoint->name)].addresses.push_back(
        report_of(*member.endpoint, last_check));
  return report;
}

}  // namespace duplexd
