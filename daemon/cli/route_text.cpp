#include "daemon/cli/route_text.hpp"

#include "core/config/spelling/port_ranges.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace duplexd {
namespace {

template <class Items, class ToText>
void add_condition(std::vector<std::string>& conditions, std::string_view key, const Items& items,
                   ToText to_text) {
  std::vector<std::string> texts;
  for (const auto& item : items) texts.push_back(to_text(item));
  if (!texts.empty()) conditions.push_back(fmt::format("{} {}", key, fmt::join(texts, ", ")));
}

}  // namespace

std::string route_text(const Config& config, const RouteConfig& route) {
  std::vector<std::string> conditions;
  add_condition(conditions, "sni", route.sni, [](const NamePattern& each) { return each.to_string(); });
  add_condition(conditions, "alpn", route.alpn, [](const std::string& each) { return each; });
  add_condition(conditions, "source", route.source.networks(),
                [](const Network& each) { return each.to_string(); });
  add_condition(conditions, "destination_port", route.destination_port,
                [](const PortRange& each) { return to_string(each); });
  return fmt::format("{} -> {}", conditions.empty() ? "all" : fmt::format("{}", fmt::join(conditions, "; ")),
                     route.upstream ? config.upstreams[*route.upstream].name : "rejected");
}

std::string routed_upstreams(const Config& config, const ListenerConfig& listener) {
  std::vector<std::string_view> names;
  for (const RouteConfig& route : listener.routes) {
    if (!route.upstream) continue;
    const std::string_view name = config.upstreams[*route.upstream].name;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace duplexd
