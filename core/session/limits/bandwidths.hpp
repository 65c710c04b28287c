#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/session/limits/rate_limit.hpp"

#include <cstdint>

namespace duplexd {

/// Bytes a second of both directions: of a session, or of all sessions of a listener.
struct Bandwidths {
  RateLimit upstream;
  RateLimit downstream;

  /// 0: any number. A fifth of a second may come at once: those that wait look each tick.
  void set(std::uint64_t upstream_rate, std::uint64_t downstream_rate) noexcept {
    upstream.set(upstream_rate, upstream_rate / 5);
    downstream.set(downstream_rate, downstream_rate / 5);
  }
  /// That of the direction whose sender is `from`.
  RateLimit& of(Side from) noexcept { return from == Side::client ? upstream : downstream; }
};

}  // namespace duplexd
