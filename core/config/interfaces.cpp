#include "core/config/interfaces.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace duplexd {

namespace {

/// Those that may name an interface.
template <class AnyConfig, class Visit>
void for_each_address(AnyConfig& config, Visit visit) {
  for (auto& listener : config.listeners) {
    for (auto& bind : listener.bind) visit(bind.address);
  }
  for (auto& upstream : config.upstreams) {
    for (auto& source : upstream.source) visit(source);
    if (auto* proxy = std::get_if<SocketAddress>(&upstream.via.address)) visit(*proxy);
    for (auto& endpoint : upstream.endpoints) {
      if (auto* address = std::get_if<SocketAddress>(&endpoint.address)) visit(*address);
    }
  }
}

std::vector<SocketAddress> addresses_of(const Config& config) {
  std::vector<SocketAddress> all;
  for_each_address(config, [&](const SocketAddress& address) { all.push_back(address); });
  return all;
}

std::vector<EndpointConfig> in_files(const Config& config) {
  std::vector<EndpointConfig> all;
  for (const auto& upstream : config.upstreams)
    std::ranges::copy_if(upstream.endpoints, std::back_inserter(all), [](const EndpointConfig& endpoint) {
      return endpoint.origin == EndpointOrigin::file;
    });
  return all;
}

}  // namespace

Config with_todays_interfaces(Config config) {
  for_each_address(config, [](SocketAddress& address) { address = address.with_todays_interface(); });
  return config;
}

bool has_todays_interfaces(const Config& config) {
  bool has = true;
  for_each_address(
      config, [&](const SocketAddress& address) { has = has && address.with_todays_interface() == address; });
  return has;
}

bool have_same_addresses(const Config& one, const Config& other) {
  return addresses_of(one) == addresses_of(other) && in_files(one) == in_files(other);
}

}  // namespace duplexd
