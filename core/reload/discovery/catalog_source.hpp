#pragma once

#include "core/catalog/catalog_service.hpp"
#include "core/reload/discovery/endpoint_source.hpp"

#include <utility>
#include <vector>

namespace duplexd {

/// The catalogs that an upstream has endpoints from.
std::vector<CatalogQuestion> questions_of(const UpstreamConfig& upstream);

/// One of them.
class CatalogSource : public EndpointSource {
 public:
  explicit CatalogSource(CatalogService::Subscription answer) : answer_(std::move(answer)) {}

  std::optional<std::vector<EndpointConfig>> endpoints() const override { return answer_.state().endpoints; }
  SourceReport report() const override;

 private:
  const CatalogService::Subscription answer_;
};

}  // namespace duplexd
