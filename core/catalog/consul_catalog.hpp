#pragma once

#include "core/catalog/answers/consul_index.hpp"
#include "core/catalog/catalog.hpp"

#include <utility>

namespace duplexd {

/// The instances of a service in Consul, by blocking queries: one visit is one of them.
class ConsulCatalog : public Catalog {
 public:
  explicit ConsulCatalog(ConsulConfig config) : config_(std::move(config)) {}

  boost::asio::awaitable<void> visit(const CatalogVisit& visit) override;

 private:
  boost::asio::awaitable<void> query(const CatalogVisit& visit);

  const ConsulConfig config_;
  ConsulIndex index_;
};

}  // namespace duplexd
