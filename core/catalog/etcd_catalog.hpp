#pragma once

#include "core/catalog/answers/etcd_answers.hpp"
#include "core/catalog/catalog.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace duplexd {

/// The keys of an etcd below a prefix: asked for as a range, then watched from the revision of that on.
class EtcdCatalog : public Catalog {
 public:
  explicit EtcdCatalog(EtcdConfig config) : config_(std::move(config)) {}

  boost::asio::awaitable<void> visit(const CatalogVisit& visit) override;

 private:
  boost::asio::awaitable<void> log_in(const CatalogVisit& visit);
  boost::asio::awaitable<void> list(const CatalogVisit& visit);
  boost::asio::awaitable<bool> try_to_list(const CatalogVisit& visit, bool may_be_old);
  boost::asio::awaitable<void> watch(const CatalogVisit& visit);
  boost::asio::awaitable<void> follow(const CatalogVisit& visit, HttpAnswer& answer);
  HttpQuestion request(std::string path, std::string body) const;
  void take(const EtcdRange& range);
  bool take_lines(const CatalogVisit& visit, HttpAnswer& answer);
  void apply(const EtcdValue& value);

  const EtcdConfig config_;
  CatalogEntries entries_;
  std::uint64_t revision_ = 0;  // that the entries are of
  std::string token_;           // of the last login; "": there was none
};

}  // namespace duplexd
