#pragma once

#include "core/names/name_service.hpp"
#include "core/reload/discovery/endpoint_source.hpp"

#include <utility>

namespace duplexd {

/// An endpoint of a configuration that is a service of DNS.
class ServiceSource : public EndpointSource {
 public:
  ServiceSource(EndpointConfig entry, NameService::Subscription answer)
      : entry_(std::move(entry)), answer_(std::move(answer)) {}

  std::optional<std::vector<EndpointConfig>> endpoints() const override;
  SourceReport report() const override;

 private:
  const EndpointConfig entry_;
  const NameService::Subscription answer_;
};

}  // namespace duplexd
