// The text of what is told of endpoints.
#include "core/config/spelling/wording.hpp"
#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/table.hpp"

#include <fmt/format.h>

#include <utility>

namespace duplexd::duplexctl {
namespace {

namespace json = boost::json;

std::string text_at(const json::value& object, const char* key) {
  return printable(object.at(key).as_string());
}

std::uint64_t number(const json::value& object, const char* key) {
  return object.at(key).to_number<std::uint64_t>();
}

std::string weight_text(const json::value& endpoint) {
  const auto weight = number(endpoint, "weight"), configured = number(endpoint, "configured_weight");
  return weight == configured ? fmt::to_string(weight) : fmt::format("{} (file: {})", weight, configured);
}

std::string check_text(const json::value& check) {
  if (check.is_null()) return "-";
  return fmt::format("{}, {} ({:.1f} ms)", text_at(check, "words"), text_at(check, "time"),
                     check.at("took_ms").to_number<double>());
}

std::string why_text(const json::value& address) {
  const std::string why = text_at(address, "why");
  const json::value& until = address.at("ejected_until");
  if (until.is_null()) return why.empty() ? "-" : why;
  return fmt::format("{}, tried again at {}", why, printable(until.as_string()));
}

std::string unresolved_text(const json::value& endpoint) {
  const json::value& failure = endpoint.at("resolve_failure");
  return failure.is_null() ? "its name has no address yet" : text_at(failure, "msg");
}

void add_endpoint(Table& table, const json::value& endpoint) {
  std::string upstream = text_at(endpoint, "upstream"), name = text_at(endpoint, "name");
  std::string weight = weight_text(endpoint);
  for (const json::value& address : endpoint.at("addresses").as_array()) {
    table.add({std::exchange(upstream, ""), std::exchange(name, ""), text_at(address, "address"),
               text_at(address, "state"), text_at(address, "since"), why_text(address),
               fmt::to_string(number(address, "live")), std::exchange(weight, ""),
               check_text(address.at("last_check"))});
  }
  if (!name.empty())
    table.add({upstream, name, "-", text_at(endpoint, "state"), "-", unresolved_text(endpoint),
               fmt::to_string(number(endpoint, "live")), weight, "-"});
}

Table table_of_endpoints() {
  return Table(
      {"UPSTREAM", "ENDPOINT", "ADDRESS", "STATE", "SINCE", "WHY", ">SESSIONS", ">WEIGHT", "LAST CHECK"});
}

/// Only an answer to an order tells how it is kept.
std::string kept_text(const json::value& answer) {
  const json::value* const kept = answer.as_object().if_contains("kept");
  if (!kept) return "";
  if (kept->is_null()) return "not kept over a restart: control.state_file is off\n";
  if (kept->as_bool()) return "";
  return fmt::format("it is done, but not kept over a restart: {}\n", text_at(answer, "problem"));
}

}  // namespace

std::string endpoints_text(const json::value& answer) {
  Table table = table_of_endpoints();
  for (const json::value& endpoint : answer.at("endpoints").as_array()) add_endpoint(table, endpoint);
  return table.to_string();
}

std::string endpoint_text(const json::value& answer) {
  Table table = table_of_endpoints();
  add_endpoint(table, answer);
  return table.to_string() + kept_text(answer);
}

}  // namespace duplexd::duplexctl
