#pragma once

#include "core/catalog/catalog_state.hpp"
#include "core/config/catalog_config.hpp"
#include "core/names/name_service.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

/// What catalogs say of endpoints, kept fresh. Each is followed once however many subscribe to it. Used by
/// the control thread.
class CatalogService {
 public:
  using OnChange = std::function<void()>;
  using Lists = std::map<std::string, std::vector<EndpointConfig>, std::less<>>;  ///< by Subscription::name()
  class Subscription;

  /// Both outlive it.
  CatalogService(boost::asio::io_context& control, NameService& names);
  ~CatalogService();  ///< nobody is called any more; subscriptions may outlive it
  CatalogService(const CatalogService&) = delete;
  CatalogService& operator=(const CatalogService&) = delete;

  /// Asks at once, unless the catalog is followed already. A question about the same entries, by another way,
  /// begins with what is known of them. `on_change` runs later, on the control thread: when there are other
  /// endpoints, when a failure has begun or ended, and when state().answered has become true. It does not
  /// throw, and may subscribe and end subscriptions, its own too.
  Subscription subscribe(const CatalogQuestion& question, OnChange on_change);

  /// What catalogs begin with that nobody has subscribed to yet: the lists() of an earlier process.
  void remember(Lists lists);
  /// What is known of those that are subscribed to.
  Lists lists() const;

 private:
  class Impl;
  const std::shared_ptr<Impl> impl_;
};

/// Has a catalog followed until it is destroyed. Move-only.
class CatalogService::Subscription {
 public:
  Subscription(Subscription&& other) noexcept;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription();

  const CatalogState& state() const noexcept;
  const std::string& name() const noexcept;  ///< "etcd /services/pg/", "consul pg"

 private:
  friend class CatalogService;
  struct Interest;
  explicit Subscription(std::shared_ptr<Interest> interest) noexcept;

  std::shared_ptr<Interest> interest_;
};

}  // namespace duplexd
