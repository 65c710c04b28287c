#pragma once

#include "core/session/views/session_filter.hpp"
#include "core/session/views/session_view.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace duplexd {

// A walk over the sessions of one worker, a part at a time. The worker and the control thread have it by
// turns. A session that lives throughout the walk is met once; one that comes meanwhile, perhaps.

/// Looks for sessions.
struct SessionSearch {
  SessionFilter filter{};
  bool with_tcp = false;                ///< what their sockets say, too
  std::size_t most = 0;                 ///< of those that are found
  std::optional<std::size_t> next = 0;  ///< where the walk goes on; none: it is over
  std::vector<SessionView> found{};     ///< has room for `most`
};

/// Ends sessions that had begun by `began`.
struct SessionKill {
  SessionFilter filter{};
  std::chrono::steady_clock::time_point began{};
  bool dry_run = false;  ///< only counts them
  std::uint64_t most = 0;
  std::optional<std::size_t> next = 0;  ///< as above
  std::uint64_t matched = 0;
};

}  // namespace duplexd
