#include "core/config/reading/checks/socket_checks.hpp"

#include "core/config/keys/tables.hpp"
#include "core/config/spelling/wording.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>

namespace duplexd {
namespace {

constexpr std::string_view of_clients = "client", of_endpoints = "endpoint";

/// What a socket unit says of the sockets that it binds (systemd.socket(5)).
struct UnitKey {
  std::string_view key;
  std::string_view in_unit;
  std::string_view otherwise;  ///< what our key says then
  bool (*is_set)(const NetworkOptions&);
};
constexpr std::array unit_keys{
    UnitKey{"interface", "BindToDevice=NAME", "any", [](const auto& all) { return !all.interface.empty(); }},
    UnitKey{"mptcp", "SocketProtocol=mptcp", "false", [](const auto& all) { return all.mptcp; }},
    UnitKey{"free_bind", "FreeBind=yes", "false", [](const auto& all) { return all.free_bind; }}};

Keys<NetworkOptions> keys_of_tcp() {
  auto keys = network_keys({}, {});
  std::ranges::move(arrival_keys(), std::back_inserter(keys));
  return keys;
}

std::string below(std::string_view section, std::string_view key) {
  return fmt::format("{}.{}", section, key);
}

void refuse_unix(MapReader& map, std::string_view section, const NetworkOptions& options,
                 const std::string& socket, std::string_view owner) {
  static const auto keys = keys_of_tcp();
  for (const auto& key : keys) {
    const auto place = map.written(section, key.about.name);
    if (!place || key.print(options) == key.about.preset) continue;
    map.problem(
        *place, below(section, key.about.name),
        fmt::format("{} has no such option, which is one of TCP; give it {} of its own, or leave this out",
                    in_quotes(socket), owner));
  }
}

/// It may be in the defaults.
void refuse_for_units(MapReader& map, const ListenerConfig& listener, const std::string& bind) {
  for (const auto& [key, in_unit, otherwise, is_set] : unit_keys)
    if (is_set(listener.client.network))
      map.problem(map.written(of_clients, key).value_or(map.place("bind")), below(of_clients, key),
                  fmt::format("{} is bound by its socket unit; write {} there, and {}: {} here",
                              in_quotes(bind), in_unit, key, otherwise));
}

/// Either may be in the defaults.
void refuse_user_timeout(MapReader& map, std::string_view section, const SocketOptions& options) {
  if (!options.network.mptcp || options.user_timeout.count() == 0) return;
  const auto mptcp = map.written(section, "mptcp"), timeout = map.written(section, "user_timeout");
  map.problem(timeout ? *timeout
              : mptcp ? *mptcp
                      : map.place(section),
              below(section, "user_timeout"),
              "MPTCP sockets have none; write user_timeout: off, or mptcp: false");
}

}  // namespace

void check_client_sockets(MapReader& map, const ListenerConfig& listener) {
  const auto find = [&](auto matches) { return std::ranges::find_if(listener.bind, matches); };
  const auto none = listener.bind.end();
  const auto unix_socket = find([](const BindAddress& bind) { return bind.address.is_unix(); });
  const auto inherited =
      find([](const BindAddress& bind) { return bind.kind == BindAddress::Kind::inherited; });
  if (unix_socket != none)
    refuse_unix(map, of_clients, listener.client.network, unix_socket->to_string(), "a listener");
  if (inherited != none) refuse_for_units(map, listener, inherited->to_string());
  refuse_user_timeout(map, of_clients, listener.client);
}

void check_endpoint_sockets(MapReader& map, const UpstreamConfig& upstream) {
  const auto found = std::ranges::find_if(upstream.endpoints, [](const EndpointConfig& endpoint) {
    const auto* address = std::get_if<SocketAddress>(&endpoint.address);
    return address && address->is_unix();
  });
  if (found != upstream.endpoints.end())
    refuse_unix(map, of_endpoints, upstream.endpoint.network, found->name, "an upstream");
  refuse_user_timeout(map, of_endpoints, upstream.endpoint);
}

}  // namespace duplexd
