#pragma once

#include "core/metrics/histogram.hpp"
#include "core/metrics/totals.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// How many are in use, and how many there may be.
struct Usage {
  std::uint64_t used = 0;
  std::uint64_t limit = 0;
};

/// Of a worker.
struct WorkerFigures {
  bool runs = true;  ///< false: it has ended in order
  std::uint64_t ticks = 0;
  HistogramCounts lateness{};
  std::uint64_t sessions = 0;
  std::uint64_t buffers = 0;
  std::uint64_t pipes = 0;
  std::uint64_t handler_memory_uses = 0;
  std::uint64_t handler_memory_busy = 0;
  std::uint64_t handler_memory_most_busy = 0;
};

/// Of an upstream that is configured.
struct UpstreamFigures {
  std::string name;
  std::uint64_t waiting = 0;  ///< sessions, for an endpoint with room
};

/// Of an endpoint that is configured.
struct EndpointFigures {
  static constexpr std::array<std::string_view, 5> states{"up", "ejected", "down", "drained", "disabled"};

  std::string upstream;
  std::string name;
  std::array<std::uint64_t, states.size()> addresses{};  ///< in each state
  unsigned weight = 0;                                   ///< in force
  std::size_t max_sessions = 0;                          ///< at each address; 0: any number
  /// Of the check that ended last, at any of its addresses; none: there was none.
  std::optional<std::chrono::system_clock::time_point> checked{};
  bool check_passed = false;
};

/// Of an address that an endpoint is dialled from.
struct SourcePortFigures {
  std::string upstream;
  std::string endpoint;
  std::string source;  ///< "": the kernel chooses it
  Usage ports{};       ///< towards the address of the endpoint where the fewest are left; limit 0: unknown
};

struct CertificateFigures {
  std::string listener;
  std::string file;
  std::chrono::sys_seconds expires{};
};

/// Of the process. What could not be found out is 0.
struct ProcessFigures {
  std::string version;
  std::string state;  ///< "serving"
  std::uint64_t generation = 0;
  std::array<std::uint64_t, 3> reloads{};  ///< in the order of `reload_results`
  static constexpr std::array<std::string_view, 3> reload_results{"applied", "unchanged", "refused"};
  std::optional<std::chrono::system_clock::time_point> reloaded{};  ///< the last time; none: never
  bool reload_refused = false;                                      ///< the last one
  std::uint64_t log_dropped = 0;
  std::chrono::milliseconds uptime{0};
  std::uint64_t sessions_limit = 0;
  std::uint64_t pipes_limit = 0;
  std::uint64_t source_ports = 0;  ///< from each address of this host to each endpoint
  Usage descriptors{};
  std::chrono::microseconds cpu{0};
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::chrono::duration<double> started{0};  ///< since 1970
};

/// All that metrics are read from, of about one instant.
struct Figures {
  Totals totals{};
  std::vector<WorkerFigures> workers{};
  std::vector<UpstreamFigures> upstreams{};
  std::vector<EndpointFigures> endpoints{};
  std::vector<SourcePortFigures> source_ports{};
  std::vector<CertificateFigures> certificates{};
  ProcessFigures process{};
};

}  // namespace duplexd
