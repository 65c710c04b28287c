#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <atomic>
#include <chrono>
#include <string_view>

namespace duplexd {

/// How long the log may wait for whoever reads it: for ever, until end_in() sets a deadline from another
/// thread.
class Patience {
 public:
  using Clock = std::chrono::steady_clock;

  Patience();  ///< throws std::system_error without a descriptor

  /// Cuts also a wait that is going on. Once.
  void end_in(Clock::duration duration) noexcept;

  bool is_over() const noexcept { return is_ending() && Clock::now() >= deadline(); }

  /// False: the patience is over first. True also for a descriptor in error, so that its next write says why.
  bool wait_writable(int fd) const noexcept;

 private:
  bool is_ending() const noexcept { return deadline() != Clock::time_point::max(); }
  Clock::time_point deadline() const noexcept {
    return Clock::time_point(Clock::duration(deadline_.load(std::memory_order_acquire)));
  }

  FileDescriptor ending_;  // an eventfd that is readable once there is a deadline
  std::atomic<Clock::rep> deadline_{Clock::time_point::max().time_since_epoch().count()};
};

/// Writes to a descriptor in blocking mode: at most PIPE_BUF bytes at a time, each after a poll(2), so that
/// it blocks only if another writer comes in between. Returns what was not written, because it failed or the
/// patience is over.
std::string_view write_all(int fd, std::string_view text, const Patience& patience) noexcept;

}  // namespace duplexd
