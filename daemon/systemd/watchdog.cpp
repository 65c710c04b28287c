#include "daemon/systemd/watchdog.hpp"

#include <utility>

namespace duplexd {

Watchdog::Watchdog(boost::asio::io_context& control, ServiceManager& manager,
                   std::chrono::milliseconds interval, Beats beats, OnStuck on_stuck)
    : manager_(manager),
      period_(std::chrono::microseconds(interval) / 4),
      beats_(std::move(beats)),
      on_stuck_(std::move(on_stuck)),
      timer_(control) {
  for (const auto count : beats_()) workers_.push_back({count, false});
  wait();
}

void Watchdog::wait() {
  timer_.expires_after(period_);
  // Waits first: Asio then reuses the memory of the last wait.
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    wait();
    check();
  });
}

void Watchdog::check() {
  const auto counts = beats_();
  workers_.resize(counts.size());
  bool all_moved = true;
  for (unsigned i = 0; i < counts.size(); ++i) all_moved &= moved(i, counts[i]);
  if (all_moved) manager_.watchdog();
}

bool Watchdog::moved(unsigned number, std::uint64_t count) {
  Worker& worker = workers_[number];
  const bool moves = count != std::exchange(worker.count, count) || count == ended;
  if (!std::exchange(worker.stuck, !moves) && !moves) on_stuck_(number);
  return moves;
}

}  // namespace duplexd
