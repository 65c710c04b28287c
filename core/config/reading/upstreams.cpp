#include "core/config/reading/sections.hpp"
#include "core/config/spelling/wording.hpp"

#include <algorithm>
#include <set>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

/// An endpoint before its weight is known.
Spelling<EndpointConfig> endpoint_address() {
  return {[](std::string_view text) -> Parsed<EndpointConfig> {
            auto address = parse_endpoint(text);
            if (!address) return address.error();
            return EndpointConfig{std::string(text), *std::move(address)};
          },
          [](const EndpointConfig& endpoint) { return yaml_scalar(endpoint.name); },
          "",
          {}};
}

/// An address alone is short for a map with that address.
YamlEntry as_map(const YamlEntry& item) {
  if (item.value.kind == YamlNode::Kind::map) return item;
  YamlEntry map{"", item.place, {}};
  map.value.kind = YamlNode::Kind::map;
  map.value.place = item.place;
  map.value.entries.push_back({"address", item.place, item.value});
  return map;
}

EndpointConfig read_endpoint(MapReader& map) {
  static const auto address = endpoint_address();
  static const auto weight = number(1u, 1000u);
  EndpointConfig endpoint;
  map.require("address", "address: HOST:PORT");
  map.value("address", endpoint, address);
  map.value("weight", endpoint.weight, weight);
  return endpoint;
}

std::vector<Placed<EndpointConfig>> read_endpoints(MapReader& upstream) {
  std::vector<Placed<EndpointConfig>> endpoints;
  const auto items = upstream.items("endpoints");
  if (upstream.is_empty_list("endpoints"))
    upstream.problem(upstream.place("endpoints"), "endpoints", "at least one endpoint is needed");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto map = as_map(*items[i]);
    MapReader::read_map(upstream.reading(), &map, fmt::format("{}[{}]", upstream.path("endpoints"), i), "",
                        [&](MapReader& item) {
                          endpoints.push_back({read_endpoint(item), item.place()});
                        });
  }
  return endpoints;
}

/// Two endpoints of one name could not be told apart in logs and metrics.
void refuse_duplicates(MapReader& upstream, const std::vector<Placed<EndpointConfig>>& endpoints) {
  std::set<std::string_view> names;
  for (const auto& [endpoint, place] : endpoints)
    if (!endpoint.name.empty() && !names.insert(endpoint.name).second)
      upstream.problem(
          place, "endpoints",
          fmt::format("{} is here twice; give it a higher weight instead", in_quotes(endpoint.name)));
}

int family(const EndpointConfig& endpoint) {
  const auto* address = std::get_if<SocketAddress>(&endpoint.address);
  return address ? address->family() : AF_UNSPEC;
}

/// An endpoint needs a source address of its family to be dialled. Host names are checked when they resolve.
void refuse_unreachable(MapReader& upstream, const std::vector<SocketAddress>& source,
                        const std::vector<Placed<EndpointConfig>>& endpoints) {
  const auto has_source = [&](int wanted) {
    return source.empty() || std::any_of(source.begin(), source.end(), [&](const SocketAddress& address) {
             return address.family() == wanted;
           });
  };
  const bool ipv4 = has_source(AF_INET), ipv6 = has_source(AF_INET6);
  for (const auto& [endpoint, place] : endpoints)
    if ((family(endpoint) == AF_INET && !ipv4) || (family(endpoint) == AF_INET6 && !ipv6))
      upstream.problem(place, "endpoints",
                       fmt::format("{} cannot be dialled: no address in {} is {}", in_quotes(endpoint.name),
                                   upstream.path("endpoint.source"), ipv4 ? "IPv6" : "IPv4"));
}

void read_resolve(MapReader& resolve, ResolveConfig& config) {
  static const auto interval = duration(1s, 24h);
  static const auto at_start = one_of<bool>({{"required", true}, {"optional", false}});
  resolve.value("interval", config.interval, interval);
  resolve.value("at_start", config.required, at_start);
}

}  // namespace

UpstreamConfig read_upstream(MapReader& map, const std::string& name, const Defaults& defaults) {
  static const auto balance = one_of<Balance>({{"round_robin", Balance::round_robin}});
  static const auto on_removed = one_of<OnRemoved>(
      {{"keep", OnRemoved::keep}, {"drain", OnRemoved::drain}, {"close", OnRemoved::close}});
  UpstreamConfig config;
  config.name = name;
  map.value("balance", config.balance, balance);
  map.value("on_removed", config.on_removed, on_removed);
  map.section("resolve", [&](MapReader& resolve) { read_resolve(resolve, config.resolve); });

  EndpointOptions options = defaults.endpoint;
  map.section("endpoint", [&](MapReader& endpoint) { read_endpoint_options(endpoint, options); });
  config.endpoint = options.sockets;
  for (const auto& each : options.source) config.source.push_back(each.value);

  map.require("endpoints", "a list of addresses to dial, such as endpoints: [10.0.0.11:5432]");
  const auto endpoints = read_endpoints(map);
  refuse_duplicates(map, endpoints);
  refuse_unreachable(map, config.source, endpoints);
  for (const auto& each : endpoints) config.endpoints.push_back(each.value);
  return config;
}

}  // namespace duplexd
