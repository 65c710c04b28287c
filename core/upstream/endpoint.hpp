#pragma once

#include "core/net/address/address.hpp"

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

namespace duplexd {

/// One address to dial. It is compared by its address in memory, and is the same for all workers, pools and
/// snapshots that have it. Made and destroyed on the control thread by its EndpointAccount, which destroys it
/// only when no pool and no session has it. What changes may be read on any thread.
class Endpoint {
 public:
  /// `endpoint_name` outlives it. `gone` is true while the configuration does not have the name.
  Endpoint(std::string_view endpoint_name, const std::atomic<bool>& gone, const SocketAddress& at) noexcept
      : name(endpoint_name), address(at), peer(at), removed_(gone) {}
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  const std::string_view name;  ///< as configured: what logs and metrics call it
  const SocketAddress address;
  const PeerAddress peer;

  /// The configuration has it no more. An address that its name no longer resolves to is not removed.
  bool removed() const noexcept { return removed_.load(std::memory_order_relaxed); }

  /// How many sessions have taken it, and how many have it now.
  struct Sessions {
    std::uint64_t taken = 0;
    std::uint64_t live = 0;
  };
  Sessions sessions() const noexcept {
    // Left first: a session that leaves in between then counts as live, never as less than none.
    const std::uint64_t left = left_.load(std::memory_order_acquire);
    const std::uint64_t taken = taken_.load(std::memory_order_relaxed);
    return {taken, taken - left};
  }

 private:
  friend class EndpointHold;

  const std::atomic<bool>& removed_;
  // Written by all workers, on a cache line that dialling does not read.
  alignas(64) mutable std::atomic<std::uint64_t> taken_{0};
  mutable std::atomic<std::uint64_t> left_{0};
};

/// One session's share of an endpoint, which counts it as live and lives at least as long. Move-only.
class EndpointHold {
 public:
  EndpointHold() noexcept = default;
  /// `endpoint` is in a pool at this moment.
  explicit EndpointHold(const Endpoint& endpoint) noexcept : endpoint_(&endpoint) {
    endpoint.taken_.fetch_add(1, std::memory_order_relaxed);
  }
  EndpointHold(EndpointHold&& other) noexcept : endpoint_(std::exchange(other.endpoint_, nullptr)) {}
  EndpointHold& operator=(EndpointHold&& other) noexcept {
    std::swap(endpoint_, other.endpoint_);
    other.reset();
    return *this;
  }
  ~EndpointHold() { reset(); }

  const Endpoint* get() const noexcept { return endpoint_; }  ///< null: none
  const Endpoint* operator->() const noexcept { return endpoint_; }
  explicit operator bool() const noexcept { return endpoint_ != nullptr; }

  /// The session's accesses to the endpoint happen before its destruction on the control thread.
  void reset() noexcept {
    if (endpoint_) std::exchange(endpoint_, nullptr)->left_.fetch_add(1, std::memory_order_release);
  }

 private:
  const Endpoint* endpoint_ = nullptr;
};

}  // namespace duplexd
