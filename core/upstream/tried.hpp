#pragma once

#include "core/upstream/endpoint.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace duplexd {

/// The endpoints that a session has tried, by their serial numbers: another pool or order changes nothing
/// about them, nor an endpoint that was made where a tried one was. After `most` of them it has tried enough.
/// Costs nothing to make: its array is written as it fills.
class Tried {
 public:
  static constexpr std::size_t most = 64;

  Tried() noexcept {}  // leaves the array as it is

  bool contains(const Endpoint& endpoint) const noexcept {
    return std::ranges::find(endpoints(), endpoint.serial) != endpoints().end();
  }
  bool full() const noexcept { return size_ == most; }
  bool empty() const noexcept { return size_ == 0; }

  /// Not full.
  void add(const Endpoint& endpoint) noexcept { endpoints_[size_++] = endpoint.serial; }

  /// This one, which was added since the last retry(), may be tried again after the next. They stand in
  /// front.
  void may_retry(const Endpoint& endpoint) noexcept {
    std::iter_swap(endpoints_.begin() + retryable_++,
                   std::find(endpoints_.begin(), endpoints_.begin() + size_, endpoint.serial));
  }

  /// Forgets those that may be tried again. False if there is none.
  bool retry() noexcept {
    const std::size_t forgotten = std::exchange(retryable_, 0);
    std::shift_left(endpoints_.begin(), endpoints_.begin() + size_, static_cast<std::ptrdiff_t>(forgotten));
    size_ -= forgotten;
    return forgotten > 0;
  }

  /// All may be tried again.
  void clear() noexcept { size_ = retryable_ = 0; }

 private:
  std::span<const std::uint64_t> endpoints() const noexcept { return {endpoints_.data(), size_}; }

  std::size_t size_ = 0;
  std::size_t retryable_ = 0;
  std::array<std::uint64_t, most> endpoints_;
};

}  // namespace duplexd
