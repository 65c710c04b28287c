#include "core/config/reading/upstream_checks.hpp"

#include "core/config/spelling/wording.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace duplexd {
namespace {

constexpr std::string_view endpoints_key = "endpoints";

/// Two endpoints of one name could not be told apart in logs and metrics.
void refuse_duplicates(MapReader& map, const UpstreamConfig& upstream, std::size_t first) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < upstream.endpoints.size(); ++i) {
    const auto& name = upstream.endpoints[i].name;
    if (!name.empty() && !names.insert(name).second)
      map.problem(map.item_place(i - first), endpoints_key,
                  fmt::format("{} is here twice; give it a higher weight instead", in_quotes(name)));
  }
}

int family(const EndpointAddress& of) {
  const auto* address = std::get_if<SocketAddress>(&of);
  return address ? address->family() : AF_UNSPEC;
}

/// An endpoint needs a source address of its family to be dialled. Host names are checked when they resolve.
void refuse_unreachable(MapReader& map, const UpstreamConfig& upstream, std::size_t first) {
  const auto has_source = [&](int wanted) {
    return upstream.source.empty() ||
           std::any_of(upstream.source.begin(), upstream.source.end(),
                       [&](const SocketAddress& address) { return address.family() == wanted; });
  };
  const bool ipv4 = has_source(AF_INET), ipv6 = has_source(AF_INET6);
  for (std::size_t i = first; i < upstream.endpoints.size(); ++i) {
    const auto& endpoint = upstream.endpoints[i];
    const int dialled = family(upstream.dialled(endpoint));
    if ((dialled == AF_INET && !ipv4) || (dialled == AF_INET6 && !ipv6))
      map.problem(map.item_place(i - first), endpoints_key,
                  fmt::format("{} cannot be dialled: no address in {} is {}", in_quotes(endpoint.name),
                              map.path("endpoint.source"), ipv4 ? "IPv6" : "IPv4"));
  }
}

/// A check has no client whose port it could take.
void refuse_without_port_to_check(MapReader& map, const UpstreamConfig& upstream, std::size_t first) {
  if (upstream.check.type == CheckType::off || upstream.check.port != 0) return;
  for (std::size_t i = first; i < upstream.endpoints.size(); ++i)
    if (takes_port_of_listener(upstream.endpoints[i].address))
      map.problem(map.item_place(i - first), endpoints_key,
                  fmt::format("{} has no port that could be checked; write check: {{port: PORT}}",
                              in_quotes(upstream.endpoints[i].name)));
}

/// A check has no client that wants to go somewhere.
void refuse_check_of_nowhere(MapReader& map, const UpstreamConfig& upstream, std::size_t first) {
  if (upstream.check.type == CheckType::off) return;
  for (std::size_t i = first; i < upstream.endpoints.size(); ++i)
    if (is_original_destination(upstream.endpoints[i].address))
      map.problem(map.item_place(i - first), endpoints_key,
                  fmt::format("{} is another address for each client, so it cannot be checked; write check: "
                              "off",
                              in_quotes(upstream.endpoints[i].name)));
}

/// No name that its certificate could be of.
bool has_no_name(const EndpointConfig& endpoint) {
  return family(endpoint.address) == AF_UNIX || is_original_destination(endpoint.address);
}

void refuse_without_name_to_verify(MapReader& map, const UpstreamConfig& upstream, std::size_t first) {
  const auto& tls = upstream.tls;
  if (!tls.enabled || tls.peer.verify != TlsVerify::full || !tls.peer.server_name.empty()) return;
  for (std::size_t i = first; i < upstream.endpoints.size(); ++i)
    if (has_no_name(upstream.endpoints[i]))
      map.problem(
          map.item_place(i - first), endpoints_key,
          fmt::format("{} has no name that its certificate could be of; write tls: {{server_name: NAME}}",
                      in_quotes(upstream.endpoints[i].name)));
}

/// What only this host has.
void refuse_out_of_proxys_reach(MapReader& map, const UpstreamConfig& upstream, std::size_t first) {
  if (!upstream.via.enabled) return;
  for (std::size_t i = first; i < upstream.endpoints.size(); ++i) {
    const auto* address = std::get_if<SocketAddress>(&upstream.endpoints[i].address);
    const bool is_local = address && (address->is_unix() || !address->interface().empty());
    if (is_local || is_original_destination(upstream.endpoints[i].address))
      map.problem(map.item_place(i - first), endpoints_key,
                  fmt::format("{} cannot be reached by way of a proxy (via): only this host knows it",
                              in_quotes(upstream.endpoints[i].name)));
  }
}

}  // namespace

void check_via(MapReader& map, const ViaConfig& via) {
  if (!via.enabled || via.text.empty()) return;
  const bool has_file = !via.password_file.empty();
  const auto refuse = [&](std::string_view what) { map.problem(map.place("via"), "via", what); };
  if (via.tunnel.user.empty()) {
    if (has_file) refuse("has a password_file and no user; write url: socks5://USER@HOST:PORT");
  } else if (has_file && via.has_password) {
    refuse("has two passwords: leave out that in the url, or password_file");
  } else if (!has_file && !via.has_password) {
    refuse("has a user without a password; write password_file: /PATH");
  }
}

void check_endpoints(MapReader& map, const UpstreamConfig& upstream) {
  const bool none =
      map.is_empty_list(endpoints_key) ||
      (!map.has(endpoints_key) && (map.has("endpoints_file") || map.has("etcd") || map.has("consul")));
  if (none && upstream.endpoints_file.empty() && !upstream.has_catalog())
    map.problem(map.place(endpoints_key), endpoints_key, "at least one endpoint is needed");
  check_endpoints_from(map, upstream, 0);
}

void check_endpoints_from(MapReader& map, const UpstreamConfig& upstream, std::size_t first) {
  refuse_duplicates(map, upstream, first);
  refuse_unreachable(map, upstream, first);
  refuse_without_port_to_check(map, upstream, first);
  refuse_check_of_nowhere(map, upstream, first);
  refuse_without_name_to_verify(map, upstream, first);
  refuse_out_of_proxys_reach(map, upstream, first);
}

}  // namespace duplexd
