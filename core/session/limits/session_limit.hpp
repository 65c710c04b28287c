#pragma once

#include <atomic>
#include <cstddef>

namespace duplexd {

/// Counts sessions against a limit that several workers share. Exact; touched once when a session is accepted
/// and once when it has ended. Safe from any thread.
class SessionLimit {
 public:
  explicit SessionLimit(std::size_t most) noexcept : most_(most) {}

  bool try_take() noexcept {
    const std::size_t most = most_.load(std::memory_order_relaxed);
    std::size_t taken = taken_.load(std::memory_order_relaxed);
    while (taken < most) {
      if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  /// Also beyond the limit.
  void take() noexcept { taken_.fetch_add(1, std::memory_order_relaxed); }
  void give_back() noexcept { taken_.fetch_sub(1, std::memory_order_relaxed); }
  /// More are taken than there may be.
  bool exceeded() const noexcept {
    return taken_.load(std::memory_order_relaxed) > most_.load(std::memory_order_relaxed);
  }
  bool full() const noexcept {
    return taken_.load(std::memory_order_relaxed) >= most_.load(std::memory_order_relaxed);
  }

  std::size_t taken() const noexcept { return taken_.load(std::memory_order_relaxed); }
  std::size_t most() const noexcept { return most_.load(std::memory_order_relaxed); }

  /// Places that were taken stay taken, even if that is more than `most` now.
  void set_most(std::size_t most) noexcept { most_.store(most, std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> most_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace duplexd
