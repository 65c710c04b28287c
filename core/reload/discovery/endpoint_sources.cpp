#include "core/reload/discovery/endpoint_sources.hpp"

#include "core/reload/discovery/catalog_source.hpp"
#include "core/reload/discovery/service_endpoints.hpp"
#include "core/reload/discovery/service_source.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace duplexd {
namespace {

bool is_service(const EndpointConfig& endpoint) noexcept {
  return std::holds_alternative<ServiceName>(endpoint.address);
}

}  // namespace

EndpointSources::EndpointSources(NameService& names, CatalogService& catalogs, const Config& config,
                                 const std::function<void()>& on_news) {
  for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
    const UpstreamConfig& upstream = config.upstreams[i];
    for (const EndpointConfig& endpoint : upstream.endpoints) {
      if (!is_service(endpoint)) continue;
      auto answer = names.subscribe(question_about(endpoint.address), upstream.resolve.interval, on_news);
      all_.push_back({i, std::make_unique<ServiceSource>(endpoint, std::move(answer))});
    }
    for (const CatalogQuestion& question : questions_of(upstream))
      all_.push_back({i, std::make_unique<CatalogSource>(catalogs.subscribe(question, on_news))});
  }
}

std::shared_ptr<const Config> EndpointSources::found(const std::shared_ptr<const Config>& config) const {
  if (all_.empty()) return config;
  auto result = std::make_shared<Config>(*config);
  for (const Source& source : all_)
    result->upstreams[source.upstream].endpoints = endpoints_of_upstream(*config, source.upstream);
  return result;
}

std::vector<EndpointConfig> EndpointSources::endpoints_of_upstream(const Config& config,
                                                                   std::size_t upstream) const {
  std::vector<EndpointConfig> all;
  std::set<std::string> names;
  std::ranges::copy_if(config.upstreams[upstream].endpoints, std::back_inserter(all),
                       std::not_fn(is_service));
  for (const EndpointConfig& endpoint : all) names.insert(endpoint.name);
  for (const Source& source : all_) {
    if (source.upstream != upstream) continue;
    auto found = source.of->endpoints().value_or(std::vector<EndpointConfig>());
    for (EndpointConfig& endpoint : found)
      if (names.insert(endpoint.name).second) all.push_back(std::move(endpoint));
  }
  return all;
}

const EndpointSources::Source* EndpointSources::missing(const Config& config) const {
  const auto is_missing = [&](const Source& source) {
    return config.upstreams[source.upstream].resolve.required && !source.of->endpoints();
  };
  const auto found = std::ranges::find_if(all_, is_missing);
  return found == all_.end() ? nullptr : &*found;
}

std::vector<SourceReport> EndpointSources::reports(std::size_t upstream) const {
  std::vector<SourceReport> reports;
  for (const Source& source : all_)
    if (source.upstream == upstream) reports.push_back(source.of->report());
  return reports;
}

}  // namespace duplexd
