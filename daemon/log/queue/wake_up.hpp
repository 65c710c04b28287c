#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <atomic>

namespace duplexd {

/// Lets one thread sleep until another has work for it. A producer stores its work with seq_cst and calls
/// notify(), which costs one load while the sleeper is awake and one write(2) for the first to find it
/// asleep.
class WakeUp {
 public:
  WakeUp();  ///< throws std::system_error without a descriptor

  void notify() noexcept;

  /// Sleeps unless `has_work()`, which must load with seq_cst: either it sees the work, or the producer sees
  /// that we sleep.
  template <class HasWork>
  void sleep_unless(HasWork has_work) noexcept {
    asleep_.store(true, std::memory_order_seq_cst);
    if (!has_work()) wait();
    asleep_.store(false, std::memory_order_seq_cst);
  }

 private:
  void wait() noexcept;

  FileDescriptor event_;
  alignas(64) std::atomic<bool> asleep_{false};
};

}  // namespace duplexd
