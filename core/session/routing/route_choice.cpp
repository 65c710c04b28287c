#include "core/session/routing/route_choice.hpp"

#include <algorithm>

namespace duplexd {
namespace {

bool asks_for_hello(const RouteConfig& route) noexcept { return !route.sni.empty() || !route.alpn.empty(); }

bool takes_source(const RouteConfig& route, const PeerAddress& client) noexcept {
  return route.source.empty() || (client.is_ip() && route.source.contains(client.ip()));
}

bool takes_port(const RouteConfig& route, std::uint16_t port) noexcept {
  const auto has_port = [port](const PortRange& each) { return each.first <= port && port <= each.last; };
  return route.destination_port.empty() || std::ranges::any_of(route.destination_port, has_port);
}

Mismatch mismatch_of_addresses(const RouteConfig& route, const Asked& asked) noexcept {
  if (!takes_port(route, asked.destination_port)) return Mismatch::destination_port;
  return takes_source(route, asked.client) ? Mismatch::none : Mismatch::source;
}

bool takes_addresses(const RouteConfig& route, const Asked& asked) noexcept {
  return mismatch_of_addresses(route, asked) == Mismatch::none;
}

Mismatch mismatch_of_hello(const RouteConfig& route, const ClientHello* hello) noexcept {
  if (!asks_for_hello(route)) return Mismatch::none;
  if (!hello) return Mismatch::no_hello;
  const auto has_name = [&](const NamePattern& each) { return each.matches(hello->server_name()); };
  const auto is_offered = [&](const std::string& each) { return hello->offers(each); };
  if (!route.sni.empty() && std::ranges::none_of(route.sni, has_name)) return Mismatch::sni;
  return route.alpn.empty() || std::ranges::any_of(route.alpn, is_offered) ? Mismatch::none : Mismatch::alpn;
}

}  // namespace

bool may_need_hello(const std::vector<RouteConfig>& routes) noexcept {
  return std::ranges::any_of(routes, asks_for_hello);
}

bool needs_hello(const std::vector<RouteConfig>& routes, const Asked& asked) noexcept {
  const auto first =
      std::ranges::find_if(routes, [&](const RouteConfig& each) { return takes_addresses(each, asked); });
  return first != routes.end() && asks_for_hello(*first);
}

Mismatch mismatch_of(const RouteConfig& route, const Asked& asked) noexcept {
  const Mismatch of_addresses = mismatch_of_addresses(route, asked);
  return of_addresses == Mismatch::none ? mismatch_of_hello(route, asked.hello) : of_addresses;
}

const RouteConfig* choose_route(const std::vector<RouteConfig>& routes, const Asked& asked) noexcept {
  const auto found = std::ranges::find_if(
      routes, [&](const RouteConfig& each) { return mismatch_of(each, asked) == Mismatch::none; });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace duplexd
