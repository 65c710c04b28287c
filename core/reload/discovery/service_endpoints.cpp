#include "core/reload/discovery/service_endpoints.hpp"

#include "core/config/endpoints/scaled_weight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace duplexd {
namespace {

unsigned largest_weight(const std::vector<ServiceTarget>& targets) {
  unsigned largest = 0;
  for (const ServiceTarget& target : targets) largest = std::max<unsigned>(largest, target.weight);
  return largest;
}

/// "db.internal:5432": a final dot, which DNS does without, is no part of the name.
std::string name_of(const ServiceTarget& target) {
  std::string_view host = target.host;
  if (host.ends_with('.')) host.remove_suffix(1);
  return fmt::format("{}:{}", host, target.port);
}

}  // namespace

std::string question_about(const EndpointAddress& address) {
  if (const auto* host = std::get_if<HostPort>(&address)) return host->host;
  if (const auto* service = std::get_if<ServiceName>(&address)) return service_question(service->name);
  return {};
}

std::vector<EndpointConfig> endpoints_of(const EndpointConfig& service,
                                         const std::vector<ServiceTarget>& targets) {
  std::vector<ServiceTarget> in_order = targets;
  std::ranges::stable_sort(in_order, {}, &ServiceTarget::priority);
  const unsigned largest = largest_weight(targets);
  std::vector<EndpointConfig> endpoints;
  std::set<std::string> names;
  std::set<unsigned> priorities;
  for (const ServiceTarget& target : in_order) {
    priorities.insert(target.priority);
    EndpointConfig endpoint = service;
    endpoint.name = name_of(target);
    auto address = parse_endpoint(endpoint.name);
    if (!address || !names.insert(endpoint.name).second) continue;
    endpoint.address = *std::move(address);
    endpoint.weight = scaled_weight(target.weight, largest);
    endpoint.priority = service.priority + static_cast<unsigned>(priorities.size()) - 1;
    endpoint.origin = EndpointOrigin::service;
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

}  // namespace duplexd
