#pragma once

#include "core/catalog/catalog_service.hpp"
#include "core/config/config.hpp"
#include "core/names/name_service.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace duplexd {

/// Asks for the names and the catalogs that a configuration requires, all at once, then for the hosts of its
/// services and catalogs (of those that are not required, as far as they are known), and keeps them in their
/// services. Used by the control thread.
class RequiredNames {
 public:
  using Done = std::function<void()>;

  /// `on_done` runs once, later, when each of them was answered in whatever way, or `patience` is over; not
  /// after this has gone. It may destroy this.
  RequiredNames(boost::asio::io_context& control, NameService& names, CatalogService& catalogs,
                const Config& config, Duration patience, Done on_done);

 private:
  struct State;

  const std::shared_ptr<State> state_;
};

}  // namespace duplexd
