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
/// sd_watchdog_enabled(3) reads them. None: it does not, or the variables are malformed.
std::optional<std::chrono::milliseconds> watchdog_interval(const Environment& environment, pid_t self);

/// Sends a beat to the service manager while every worker's loop progresses: four times per interval, so that
/// three messages may get lost. Runs on the thread of `control`, whose loop is thereby watched as well.
class Watchdog {
 public:
  /// One count per worker, which changes with each turn of its loop.
  using Beats = std::function<std::vector<std::uint64_t>()>;
  using OnStuck = std::function<void(unsigned worker)>;

  /// The count of a worker that has ended in order; it need not change.
  static constexpr auto ended = std::numeric_limits<std::uint64_t>::max();

  /// Starts at once. `interval` is the result of watchdog_interval(); a quarter of it should be longer than a
  /// turn of a loop. Calls `on_stuck` once each time that a worker's count stops.
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
