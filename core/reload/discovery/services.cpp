#include "core/reload/discovery/services.hpp"

#include "core/reload/discovery/service_endpoints.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

namespace duplexd {
namespace {

const ServiceName* service_of(const EndpointConfig& endpoint) noexcept {
  return std::get_if<ServiceName>(&endpoint.address);
}

bool has_service(const UpstreamConfig& upstream) {
  return std::ranges::any_of(upstream.endpoints, service_of);
}

}  // namespace

Services::Services(NameService& names, const Config& config, const std::function<void()>& on_news) {
  for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
    const UpstreamConfig& upstream = config.upstreams[i];
    for (std::size_t j = 0; j < upstream.endpoints.size(); ++j) {
      if (!service_of(upstream.endpoints[j])) continue;
      all_.push_back({i, j,
                      names.subscribe(question_about(upstream.endpoints[j].address),
                                      upstream.resolve.interval, on_news)});
    }
  }
}

std::shared_ptr<const Config> Services::found(const std::shared_ptr<const Config>& config) const {
  if (all_.empty()) return config;
  auto result = std::make_shared<Config>(*config);
  for (std::size_t i = 0; i < result->upstreams.size(); ++i) {
    if (has_service(config->upstreams[i])) result->upstreams[i].endpoints = endpoints_of_upstream(*config, i);
  }
  return result;
}

std::vector<EndpointConfig> Services::endpoints_of_upstream(const Config& config,
                                                            std::size_t upstream) const {
  const auto& written = config.upstreams[upstream].endpoints;
  std::vector<EndpointConfig> all;
  std::set<std::string> names;
  std::ranges::copy_if(written, std::back_inserter(all), std::not_fn(service_of));
  for (const EndpointConfig& endpoint : all) names.insert(endpoint.name);
  for (const Service& service : all_) {
    const auto& targets = service.subscription.state().targets;
    if (service.upstream != upstream || !targets) continue;
    for (EndpointConfig& endpoint : endpoints_of(written[service.endpoint], *targets))
      if (names.insert(endpoint.name).second) all.push_back(std::move(endpoint));
  }
  return all;
}

const Service* Services::missing(const Config& config) const noexcept {
  const auto is_missing = [&](const Service& service) {
    return config.upstreams[service.upstream].resolve.required && !service.subscription.state().targets;
  };
  const auto found = std::ranges::find_if(all_, is_missing);
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace duplexd
