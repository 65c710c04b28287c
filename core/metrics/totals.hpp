#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/metrics/counters.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace duplexd {

using CloseCounts = std::array<std::uint64_t, close_reason_count>;
using LimitCounts = std::array<std::uint64_t, limit_count>;

/// Counters summed over all workers: a row per listener, upstream and endpoint that is configured or has
/// sessions, in the order of first mention, and the sums of all others that were.
struct Totals {
  struct Listener {
    std::string name;
    std::uint64_t accepted = 0;
    std::uint64_t live = 0;
    CloseCounts ended{};
    std::uint64_t upstream_bytes = 0;
    std::uint64_t downstream_bytes = 0;
    std::uint64_t spliced_bytes = 0;
    std::uint64_t undelivered_bytes = 0;
    std::uint64_t accept_errors = 0;  ///< whatever the cause
    AcceptErrnoCounts accept_errnos{};
    std::uint64_t backoffs = 0;
    std::uint64_t at_limit = 0;
    std::uint64_t handshakes_waited = 0;
    LimitCounts beyond_tried{};
    std::uint64_t sources_forgotten = 0;
    std::uint64_t upstream_stalls = 0;
    std::uint64_t downstream_stalls = 0;
    std::uint64_t upstream_stalled = 0;  ///< microseconds, as the next
    std::uint64_t downstream_stalled = 0;
    std::uint64_t half_closed = 0;                    ///< live sessions of which one direction has ended
    std::chrono::microseconds half_closed_oldest{0};  ///< age of the oldest of them; 0: there is none
    HistogramCounts durations{};

    void add(const ListenerCounters& counters) noexcept;
    void add(const Listener& other) noexcept;
  };
  struct Endpoint {
    std::string name;
    std::uint64_t chosen = 0;  ///< by a session, to dial it
    std::uint64_t live = 0;    ///< sessions that have it
    std::uint64_t connected = 0;
    CloseCounts failed{};                        ///< attempts, by the connect_* reasons
    std::chrono::microseconds usual_connect{0};  ///< of its slowest address; 0: none was connected to
    std::uint64_t checks_passed = 0;
    std::uint64_t checks_failed = 0;
    std::uint64_t checks_not_made = 0;  ///< for a reason of this host
  };
  struct Upstream {
    std::string name;
    std::uint64_t connected = 0;
    CloseCounts failed{};
    HistogramCounts connect_times{};
    HistogramCounts first_bytes{};
    std::vector<Endpoint> endpoints{};

    void add(const UpstreamCounters& counters) noexcept;
    void add(const Upstream& other) noexcept;  ///< without its endpoints
  };

  /// All listeners that ever were, in one row.
  Listener of_all_listeners() const noexcept;

  std::vector<Listener> listeners;
  std::vector<Upstream> upstreams;
  Listener former_listeners{};  ///< without a name
  Upstream former_upstreams{};
  std::uint64_t handler_memory_fallbacks = 0;
  std::uint64_t spurious_wakeups = 0;
};

}  // namespace duplexd
