#pragma once

#include "core/catalog/catalog_service.hpp"
#include "core/config/config.hpp"
#include "core/names/name_service.hpp"
#include "core/reload/discovery/endpoint_source.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace duplexd {

/// The sources of a configuration, kept fresh by the services. Used by the control thread.
class EndpointSources {
 public:
  struct Source {
    std::size_t upstream;  ///< index in the configuration
    std::unique_ptr<const EndpointSource> of;
  };

  /// `on_news` runs when one of them has changed.
  EndpointSources(NameService& names, CatalogService& catalogs, const Config& config,
                  const std::function<void()>& on_news);

  const std::vector<Source>& all() const noexcept { return all_; }

  /// The configuration that they are of with the endpoints that they stand for now; the same if it has none.
  /// An endpoint that is there under its own name is not added.
  std::shared_ptr<const Config> found(const std::shared_ptr<const Config>& config) const;

  /// The first one that is required and was never answered; null: there is none.
  const Source* missing(const Config& config) const;

  std::vector<SourceReport> reports(std::size_t upstream) const;

 private:
  std::vector<EndpointConfig> endpoints_of_upstream(const Config& config, std::size_t upstream) const;

  std::vector<Source> all_;  // in the order of the configuration
};

}  // namespace duplexd
