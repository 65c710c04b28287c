#pragma once

#include "core/config/loader.hpp"
#include "daemon/systemd/service_manager.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace duplexd {

/// How often the service manager expects to hear from process `self`, by $WATCHDOG_USEC and $WATCHDOG_PID as
/// sd_watchdog_enabled(3) reads them. None: it does not, or the variables make no sense.
std::optional<std::chrono::milliseconds> watchdog_interval(const Environment& environment, pid_t self);

/// Tells the service manager that every worker's loop goes on, for as long as that is true: four times per
/// interval, so that three messages may get lost. On the thread of `control`, whose own loop is watched by
/// that too.
class Watchdog {
 public:
  /// One count per worker, which moves whenever its loop comes round.
  using Beats = std::function<std::vector<std::uint64_t>()>;
  using OnStuck = std::function<void(unsigned worker)>;

  /// The count of a worker that has ended in order, and is not expected to move.
  static constexpr auto ended = std::numeric_limits<std::uint64_t>::max();

  /// Begins at once. `interval` is what watchdog_interval() found; a quarter of it should be longer than a
  /// loop takes to come round. `on_stuck` is called once each time that a worker's count stops.
  Watchdog(boost::asio::io_context& control, ServiceManager& manager, std::chrono::milliseconds interval,
           Beats beats, OnStuck on_stuck);

 private:
  void wait();
  void check();
  bool moved(unsigned number, std::uint64_t count);

  ServiceManager& manager_;
  const std::chrono::microseconds period_;
  const Beats beats_;
  const OnStuck on_stuck_;
  struct Worker {
    std::uint64_t count = 0;
    bool stuck = false;
  };
  std::vector<Worker> workers_;
  boost::asio::steady_timer timer_;
};

}  // namespace duplexd
