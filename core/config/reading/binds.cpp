#include "core/config/reading/binds.hpp"

#include "core/config/spelling/wording.hpp"

#include <string>
#include <utility>

namespace duplexd {
namespace {

/// The address as the kernel compares it, where clients come by `interface` ("": any) only. Port 0 never
/// equals itself, since the kernel chooses another port each time.
std::vector<std::string> occupied(const BindAddress& address, const std::string& interface) {
  const auto port = address.address.port();
  const bool inherited = address.kind == BindAddress::Kind::inherited;
  if (!inherited && !address.address.is_unix() && port == 0) return {};
  const auto here = [&](const std::string& text) {
    return interface.empty() || inherited || address.address.is_unix() ? text : text + " by " + interface;
  };
  if (address.kind != BindAddress::Kind::dual_stack) return {here(address.to_string())};
  return {here(SocketAddress::any(AF_INET, port).to_string()),
          here(SocketAddress::any(AF_INET6, port).to_string())};
}

void refuse_second(MapReader& listener, const BindAddress& address, const std::string& interface,
                   Place place) {
  Reading& reading = listener.reading();
  for (const auto& key : occupied(address, interface)) {
    const auto [first, added] = reading.bound.emplace(key, place);
    if (added) continue;
    return listener.problem(place, "bind",
                            fmt::format("{} is bound already, at {}", in_quotes(address.to_string()),
                                        reading.sources.origin(first->second)));
  }
}

}  // namespace

void take_binds(MapReader& map, ListenerConfig& listener, const std::vector<Placed<Bind>>& binds) {
  if (map.is_empty_list("bind")) map.problem(map.place("bind"), "bind", "at least one address is needed");
  for (const auto& [bind, place] : binds) {
    for (const auto& address : bind.addresses) {
      listener.bind.push_back(address);
      map.reading().binds.push_back({address, place});
    }
  }
}

void refuse_bound_twice(MapReader& map, const ListenerConfig& listener) {
  for (const auto& [address, place] : std::exchange(map.reading().binds, {}))
    refuse_second(map, address, listener.client.network.interface, place);
}

}  // namespace duplexd
