#include "core/reload/sockets/capability.hpp"

#include "core/net/transparency/transparency.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd {

namespace {

bool opens_sockets(const ListenerConfig& listener) {
  return std::ranges::any_of(listener.bind, [](const BindAddress& bind) {
    return bind.kind != BindAddress::Kind::inherited && !bind.address.is_unix();
  });
}

}  // namespace

std::vector<std::string> transparent_keys(const Config& config) {
  std::vector<std::string> keys;
  for (const ListenerConfig& listener : config.listeners)
    if (listener.transparent && opens_sockets(listener))
      keys.push_back(fmt::format("listeners.{}.transparent", listener.name));
  for (const UpstreamConfig& upstream : config.upstreams)
    if (upstream.source_is_client) keys.push_back(fmt::format("upstreams.{}.endpoint.source", upstream.name));
  return keys;
}

StartResult<void> check_capability(const Config& config) {
  const auto keys = transparent_keys(config);
  if (keys.empty() || may_be_transparent()) return {};
  return StartFailure{StartFailure::Kind::permission, fmt::format("{} {}", keys.front(), lacks_capability),
                      keys.front()};
}

}  // namespace duplexd
