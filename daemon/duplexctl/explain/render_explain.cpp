// The text of duplexctl explain.
#include "core/config/spelling/wording.hpp"
#include "daemon/duplexctl/answer.hpp"
#include "daemon/duplexctl/table.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace duplexd::duplexctl {
namespace {

namespace json = boost::json;

std::string cell(const json::value& object, const char* key) {
  const json::value& value = object.at(key);
  if (value.is_null()) return "-";
  return value.is_string() ? printable(value.as_string()) : json::serialize(value);
}

/// ", duplexd.yaml:14:7"; "": it is written nowhere.
std::string place_behind(const json::value& object) {
  return object.at("place").is_null() ? std::string() : ", " + cell(object, "place");
}

/// What stands below a heading.
std::string block(std::string_view heading, const std::string& lines) {
  std::string text = fmt::format("\n{}\n", heading);
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    text += fmt::format("  {}\n", std::string_view(lines).substr(begin, end - begin));
    begin = end + 1;
  }
  return text;
}

std::string head_text(const json::value& answer) {
  const json::value& client = answer.at("client");
  std::string text =
      fmt::format("client {} of listener {} ({}): {}\n", cell(client, "source"), cell(answer, "listener"),
                  cell(client, "came_to"), cell(answer.at("end"), "words"));
  for (const json::value& each : answer.at("assumed").as_array())
    text += fmt::format("assumed: {}\n", printable(each.as_string()));
  return text;
}

std::string limits_text(const json::value& limits) {
  Table table({"LIMIT", ">USED", ">MOST", "SAYS", "WRITTEN"});
  for (const json::value& each : limits.as_array())
    table.add({cell(each, "limit"), cell(each, "used"), cell(each, "most"), cell(each, "says"),
               cell(each, "place")});
  return block("limits", table.to_string());
}

std::string access_text(const json::value& access) {
  std::string text = cell(access, "rule");
  if (!access.at("network").is_null()) text += " by " + cell(access, "network");
  text += place_behind(access);
  const bool tried = !access.at("admits").as_bool() && access.at("dry_run").as_bool();
  return block("access", text + (tried ? " (dry_run: it may connect)" : ""));
}

std::string greeting_text(const json::value& greeting) {
  std::string text;
  for (const json::value& each : greeting.as_array()) text += cell(each, "words") + '\n';
  return block("waits for", text.empty() ? "nothing" : text);
}

std::string routes_text(const json::value& routes) {
  if (routes.as_array().empty()) return "";
  Table table({"ROUTE", "SAYS", "WRITTEN"});
  for (const json::value& each : routes.as_array())
    table.add({cell(each, "route"), each.at("chosen").as_bool() ? "chosen" : "no: " + cell(each, "why"),
               cell(each, "place")});
  return block("routes", table.to_string());
}

std::string settings_text(const json::value& settings) {
  std::string text;
  for (const auto& each : settings.as_object())
    text += fmt::format("{} {}\n", std::string_view(each.key()), printable(each.value().as_string()));
  return text;
}

std::string upstream_text(const json::value& upstream) {
  if (upstream.is_null()) return "";
  std::string text = fmt::format("\nupstream {}{}, {}: {}\n", cell(upstream, "name"), place_behind(upstream),
                                 cell(upstream, "policy"), cell(upstream, "endpoint"));
  Table table({"ENDPOINT", "ADDRESS", "VERDICT", ">TIER", ">WEIGHT", ">LIVE", ">MOST", "WHY"});
  for (const json::value& each : upstream.at("endpoints").as_array())
    table.add({cell(each, "endpoint"), cell(each, "address"), cell(each, "verdict"), cell(each, "tier"),
               cell(each, "weight"), cell(each, "live"),
               each.at("max_sessions").to_number<std::uint64_t>() == 0 ? "any" : cell(each, "max_sessions"),
               cell(each, "why")});
  return text + table.to_string() + block("towards the endpoint", settings_text(upstream.at("settings")));
}

}  // namespace

std::string explain_text(const json::value& answer) {
  return head_text(answer) + limits_text(answer.at("limits")) + access_text(answer.at("access")) +
         greeting_text(answer.at("greeting")) + routes_text(answer.at("routes")) +
         upstream_text(answer.at("upstream")) + block("timeouts", settings_text(answer.at("timeouts")));
}

}  // namespace duplexd::duplexctl
