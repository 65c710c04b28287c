#include "daemon/control/endpoint_json.hpp"

#include "daemon/control/json_text.hpp"

#include <boost/json/array.hpp>
#include <fmt/ranges.h>

#include <algorithm>

namespace duplexd {
namespace {

namespace json = boost::json;

double milliseconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

std::string_view to_word(CheckResult::Outcome outcome) {
  switch (outcome) {
    case CheckResult::Outcome::passed:
      return "passed";
    case CheckResult::Outcome::failed:
      return "failed";
    case CheckResult::Outcome::not_made:
      break;
  }
  return "not_made";
}

json::value check_json(const std::optional<LastCheck>& check) {
  if (!check) return nullptr;
  return json::object{{"result", text(to_word(check->result.outcome))},
                      {"words", check->result.words},
                      {"time", to_text(check->at)},
                      {"took_ms", milliseconds(check->result.took)}};
}

json::object address_json(const AddressReport& report) {
  return {
      {"address", report.address.to_string()},
      {"state", text(duplexd::to_word(report.standing))},
      {"since", to_text(report.since)},
      {"why", report.why},
      {"live", report.live},
      {"usual_connect_ms", milliseconds(report.usual_connect)},
      {"ejected_until", report.ejected_until ? json::value(text(to_text(*report.ejected_until))) : nullptr},
      {"last_check", check_json(report.last_check)}};
}

json::array addresses_json(const EndpointReport& endpoint) {
  json::array all;
  for (const AddressReport& address : endpoint.addresses) all.push_back(address_json(address));
  return all;
}

std::string addresses_text(const EndpointReport& endpoint) {
  std::vector<std::string> texts;
  for (const AddressReport& each : endpoint.addresses) texts.push_back(each.address.to_string());
  return texts.empty() ? "-" : fmt::format("{}", fmt::join(texts, ", "));
}

json::value resolve_json(const EndpointReport& endpoint) {
  if (endpoint.resolve_failure.empty()) return nullptr;
  return json::object{{"msg", text(endpoint.resolve_failure)}, {"time", to_text(endpoint.resolve_failed)}};
}

json::value word_json(OperatorWord word) {
  return word == OperatorWord::none ? json::value(nullptr) : json::value(text(duplexd::to_word(word)));
}

/// The reasons that came up.
json::object failures_json(const CloseCounts& failed) {
  json::object all;
  for (std::size_t i = 0; i < failed.size(); ++i) {
    if (failed[i] > 0) all[text(duplexd::to_word(static_cast<CloseReason>(i)))] = failed[i];
  }
  return all;
}

json::object whole_json(std::string_view upstream, const EndpointReport& endpoint, std::string_view state) {
  return {{"upstream", text(upstream)},
          {"name", endpoint.name},
          {"address", addresses_text(endpoint)},
          {"resolve_failure", resolve_json(endpoint)},
          {"state", text(state)},
          {"word", word_json(endpoint.order.word)},
          {"weight", endpoint.weight},
          {"configured_weight", endpoint.configured_weight},
          {"priority", endpoint.priority},
          {"backup", endpoint.backup},
          {"max_sessions", endpoint.max_sessions},
          {"chosen", endpoint.totals.chosen},
          {"connected", endpoint.totals.connected},
          {"failed", failures_json(endpoint.totals.failed)},
          {"live", endpoint.totals.live},
          {"removed", state == "removed"},
          {"addresses", addresses_json(endpoint)}};
}

}  // namespace

std::string_view state_of(const EndpointReport& endpoint) {
  if (endpoint.addresses.empty()) return "unresolved";
  const Standing first = endpoint.addresses.front().standing;
  const auto is_first = [&](const AddressReport& each) { return each.standing == first; };
  return std::ranges::all_of(endpoint.addresses, is_first) ? to_word(first) : "mixed";
}

json::object endpoint_json(std::string_view upstream, const EndpointReport& endpoint) {
  return whole_json(upstream, endpoint, state_of(endpoint));
}

json::object removed_endpoint_json(std::string_view upstream, const Totals::Endpoint& endpoint) {
  return whole_json(upstream, EndpointReport{.name = endpoint.name, .totals = endpoint}, "removed");
}

}  // namespace duplexd
