#pragma once

#include "core/config/config.hpp"
#include "core/names/name_service.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace duplexd {

/// Asks for the names that a configuration requires, all at once, then for the hosts of its services (of
/// those that are not required, as far as they are known), and keeps them in the service. Used by the control
/// thread.
class RequiredNames {
 public:
  using Done = std::function<void()>;

  /// `on_done` runs once, later, when each of them was answered in whatever way, or
  /// Config::resolve_start_timeout is over; not after this has gone. It may destroy this.
  RequiredNames(boost::asio::io_context& control, NameService& names, const Config& config, Done on_done);

 private:
  struct State;

  const std::shared_ptr<State> state_;
};

}  // namespace duplexd
