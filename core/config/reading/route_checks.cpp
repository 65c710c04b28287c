#include "core/config/reading/route_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

constexpr std::string_view routes_word = "routes";
constexpr std::size_t most_routes = 1000;

/// Whether `items` are met by all that `others` are met by, as RouteConfig says.
template <class Item, class Covers>
bool covers_list(const std::vector<Item>& items, const std::vector<Item>& others, Covers covers) {
  if (items.empty()) return true;
  return !others.empty() && std::ranges::all_of(others, [&](const Item& other) {
    return std::ranges::any_of(items, [&](const Item& item) { return covers(item, other); });
  });
}

bool covers_source(const NetworkSet& source, const NetworkSet& other) {
  return source.empty() || (!other.empty() && source.contains(other));
}

/// Whether it takes every client that `later` would take, as far as single items tell.
bool takes_all_of(const RouteConfig& route, const RouteConfig& later) {
  return covers_list(route.sni, later.sni, [](const auto& a, const auto& b) { return a.covers(b); }) &&
         covers_list(route.alpn, later.alpn, std::equal_to<>()) &&
         covers_source(route.source, later.source) &&
         covers_list(route.destination_port, later.destination_port,
                     [](const auto& a, const auto& b) { return a.first <= b.first && b.last <= a.last; });
}

void route_problem(MapReader& map, std::size_t index, std::string_view what) {
  map.problem(map.item_place(index), fmt::format("routes[{}]", index), what);
}

void check_target(MapReader& map, const RouteConfig& route, std::size_t index) {
  if (route.reject && route.upstream)
    route_problem(map, index, "either 'upstream' or reject: true; leave one of them out");
  if (!route.reject && !route.upstream)
    route_problem(map, index, "reject: false leaves open where these clients go; write upstream: NAME");
}

void check_reached(MapReader& map, const std::vector<RouteConfig>& routes, std::size_t index) {
  const auto end = routes.begin() + static_cast<std::ptrdiff_t>(index);
  const auto earlier = std::find_if(
      routes.begin(), end, [&](const RouteConfig& each) { return takes_all_of(each, routes[index]); });
  if (earlier != end)
    route_problem(
        map, index,
        fmt::format("no client comes to it, because routes[{}] takes them all; write it before that "
                    "one, or remove it",
                    earlier - routes.begin()));
}

}  // namespace

void check_routes(MapReader& map, const ListenerConfig& listener) {
  const auto& routes = listener.routes;
  if (routes.size() > most_routes)
    return map.problem(map.place(routes_word), routes_word, fmt::format("more than {} routes", most_routes));
  if (map.is_empty_list(routes_word) && !listener.upstream)
    map.problem(map.place(routes_word), routes_word,
                "at least one route is needed where there is no upstream");
  if (!map.reading().problems.empty()) return;  // of a wrong route, conditions are missing
  for (std::size_t i = 0; i < routes.size(); ++i) {
    check_target(map, routes[i], i);
    check_reached(map, routes, i);
  }
}

}  // namespace duplexd
