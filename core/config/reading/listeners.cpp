#include "core/config/reading/sections.hpp"

namespace duplexd {
namespace {

Spelling<Network> network() {
  return {Network::parse, [](const Network& value) { return yaml_scalar(value.to_string()); }, "", {}};
}

NetworkSet read_networks(MapReader& access, std::string_view key) {
  std::vector<Placed<Network>> placed;
  access.list(key, placed, network());
  std::vector<Network> networks;
  for (const auto& each : placed) networks.push_back(each.value);
  return NetworkSet(networks);
}

void read_limits(MapReader& limits, ListenerLimits& config) {
  static const auto sessions = word_or<std::size_t>("off", 0, number<std::size_t>(1, most_sessions));
  static const auto prefix = number(1u, 128u);
  limits.value("sessions", config.sessions, sessions);
  limits.value("per_source", config.per_source, sessions);
  limits.value("ipv6_source_prefix", config.ipv6_source_prefix, prefix);
  read_when_full(limits, config.when_full);
}

}  // namespace

ListenerConfig read_listener(MapReader& map, const std::string& name, const Defaults& defaults,
                             const Spelling<std::size_t>& upstream_names, BoundAddresses& bound) {
  static const auto backlog = number(1, 65'535);
  static const auto zero_copy = one_of<ZeroCopy>({{"auto", ZeroCopy::automatic}, {"off", ZeroCopy::off}});
  ListenerConfig config;
  config.name = name;
  config.limits.when_full = defaults.when_full;
  config.timeouts = defaults.timeouts;
  config.client = defaults.client;

  map.require("bind", "an address to listen on, such as bind: 0.0.0.0:5432");
  map.require("upstream", "the name of an upstream, such as upstream: NAME");
  config.bind = bound.read(map);
  map.value("upstream", config.upstream, upstream_names);
  map.section("access", [&](MapReader& access) {
    config.access.allow = read_networks(access, "allow");
    config.access.deny = read_networks(access, "deny");
  });
  map.section("limits", [&](MapReader& limits) { read_limits(limits, config.limits); });
  map.section("timeouts", [&](MapReader& timeouts) { read_timeouts(timeouts, config.timeouts); });
  map.section("client", [&](MapReader& client) { read_socket_options(client, config.client); });
  map.value("zero_copy", config.zero_copy, zero_copy);
  map.section("unix", [&](MapReader& unix_socket) { read_unix(unix_socket, config.unix_socket); });
  map.value("backlog", config.backlog, backlog);
  return config;
}

}  // namespace duplexd
