#include "core/config/reading/upstreams.hpp"

#include "core/config/endpoints/endpoints_file.hpp"
#include "core/config/reading/checks/socket_checks.hpp"
#include "core/config/reading/upstream_checks.hpp"
#include "core/config/spelling/wording.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace duplexd {
namespace {

constexpr std::string_view reference = "upstream";

/// Whether the key is one of listeners, and so none of the upstream inside.
bool is_of_listener(std::string_view name) {
  return std::ranges::any_of(listener_keys(), [name](const auto& key) { return key.about.name == name; });
}

/// The keys of an upstream that may stand in a listener, or the others.
Keys<UpstreamConfig> keys_in_listener(bool may) {
  Keys<UpstreamConfig> keys;
  std::ranges::copy_if(upstream_keys(), std::back_inserter(keys),
                       [may](const auto& key) { return is_of_listener(key.about.name) != may; });
  return keys;
}

const Keys<UpstreamConfig>& own_keys() {
  static const auto keys = keys_in_listener(true);
  return keys;
}

const Keys<UpstreamConfig>& keys_below_upstreams() {
  static const auto keys = keys_in_listener(false);
  return keys;
}

void read_upstream(MapReader& map, const Keys<UpstreamConfig>& keys, UpstreamConfig& upstream) {
  read_keys(map, keys, upstream);
  check_endpoints(map, upstream);
  check_endpoint_sockets(map, upstream);
  check_via(map, upstream.via);
  take_endpoints_file(map, upstream);
}

/// The key in the map that makes an upstream of its own; "": none does.
std::string_view own_key(MapReader& map) {
  for (const auto& key : upstream_keys()) {
    if (key.about.needed.empty()) continue;
    if (map.has(key.about.name)) return key.about.name;
    for (const auto other : key.about.unless)
      if (map.has(other)) return other;
  }
  return "";
}

/// A listener that refers to an upstream has no keys of one.
void refuse_beside_reference(MapReader& map, std::string_view own) {
  if (!own.empty())
    return map.problem(map.place(reference), reference,
                       fmt::format("{} is here, too; leave one of them out", in_quotes(own)));
  for (const auto& key : own_keys())
    if (map.has(key.about.name))
      map.problem(
          map.place(key.about.name), key.about.name,
          "belongs to an upstream: write it below 'upstreams:', in the one that this listener refers to");
}

/// The first endpoint whose address depends on where the client came to.
const EndpointConfig* that_follows_clients(const UpstreamConfig& upstream) {
  const auto found =
      std::find_if(upstream.endpoints.begin(), upstream.endpoints.end(), [](const EndpointConfig& each) {
        return takes_port_of_listener(each.address) || is_original_destination(each.address);
      });
  return found == upstream.endpoints.end() ? nullptr : &*found;
}

const BindAddress* unix_bind(const ListenerConfig& listener) {
  const auto found = std::find_if(listener.bind.begin(), listener.bind.end(),
                                  [](const BindAddress& each) { return each.address.is_unix(); });
  return found == listener.bind.end() ? nullptr : &*found;
}

}  // namespace

std::vector<UpstreamConfig> read_upstreams(Reading& reading, const Documents& documents,
                                           const UpstreamConfig& defaults) {
  std::vector<UpstreamConfig> upstreams;
  for (const auto& [name, entry] : documents.upstreams()) {
    auto& upstream = upstreams.emplace_back(defaults);
    upstream.name = name;
    MapReader::read_map(reading, entry, "upstreams." + name, "defaults",
                        [&](MapReader& map) { read_upstream(map, upstream_keys(), upstream); });
  }
  return upstreams;
}

void OwnUpstreams::read(MapReader& map, ListenerConfig& listener) {
  for (const auto& key : own_keys()) map.has(key.about.name);  // declares them
  const auto own = own_key(map);
  if (map.has(reference)) return refuse_beside_reference(map, own);
  if (own.empty()) return;
  map.excuse(reference);
  if (documents_.has_upstream(listener.name))
    map.problem(map.place(own), own,
                fmt::format("an upstream below 'upstreams:' has the name of this listener, {}; rename one of "
                            "them, or write upstream: {}",
                            in_quotes(listener.name), listener.name));
  listener.upstream = documents_.upstreams().size() + all_.size();
  map.add_stated(reference, own, yaml_scalar(listener.name));
  auto& upstream = all_.emplace_back(defaults_);
  upstream.name = listener.name;
  const auto path = "upstreams." + listener.name;
  map.part(path, [&](MapReader& part) { read_upstream(part, own_keys(), upstream); });
  MapReader::read_map(map.reading(), nullptr, path, "defaults",
                      [&](MapReader& absent) { read_keys(absent, keys_below_upstreams(), upstream); });
}

void check_ports_of_listeners(Reading& reading, const Documents& documents, const Config& config) {
  for (std::size_t i = 0; i < config.listeners.size(); ++i) {
    const auto& listener = config.listeners[i];
    const auto* bind = unix_bind(listener);
    if (!bind) continue;
    for (const auto upstream : upstreams_of(listener)) {
      const auto* endpoint = that_follows_clients(config.upstreams[upstream]);
      if (!endpoint) continue;
      const bool whole = is_original_destination(endpoint->address);
      reading.problems.add(
          documents.listeners()[i].entry->place,
          fmt::format("listeners.{}: its endpoint {} is dialled at the {} of the listener, but {} "
                      "has none",
                      listener.name, in_quotes(endpoint->name), whole ? "address" : "port",
                      in_quotes(bind->to_string())));
    }
  }
}

}  // namespace duplexd
