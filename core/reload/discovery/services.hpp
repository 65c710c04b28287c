#pragma once

#include "core/config/config.hpp"
#include "core/names/name_service.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace duplexd {

/// An endpoint of a configuration that stands for any number of them.
struct Service {
  std::size_t upstream;  ///< index in the configuration
  std::size_t endpoint;  ///< index in its upstream
  NameService::Subscription subscription;
};

/// The services of a configuration, kept in the name service. Used by the control thread.
class Services {
 public:
  /// `on_news` runs when one of them has changed.
  Services(NameService& names, const Config& config, const std::function<void()>& on_news);

  const std::vector<Service>& all() const noexcept { return all_; }

  /// The configuration that they are of with the endpoints that they stand for now; the same if it has none.
  /// An endpoint that is there under its own name is not added.
  std::shared_ptr<const Config> found(const std::shared_ptr<const Config>& config) const;

  /// The first one that is required and was never answered; null: there is none.
  const Service* missing(const Config& config) const noexcept;

 private:
  std::vector<EndpointConfig> endpoints_of_upstream(const Config& config, std::size_t upstream) const;

  std::vector<Service> all_;  // in the order of the configuration
};

}  // namespace duplexd
