#pragma once

#include "core/worker/sessions/search.hpp"
#include "core/worker/worker_group.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>

namespace duplexd {

/// Which sessions are to be ended, and how fast.
struct KillOrder {
  SessionFilter filter{};
  std::uint64_t rate = 1000;  ///< sessions per second
  bool dry_run = false;       ///< only counts them
};

struct KillOutcome {
  std::uint64_t matched = 0;
  std::uint64_t ended = 0;
  bool whole = true;  ///< no session was given to another process meanwhile, which was not asked
};

/// Ends the sessions that are meant and have begun by now, with CloseReason::killed, worker by worker.
/// `on_done` runs on the control thread when none is left, unless the group has gone. Without memory,
/// std::bad_alloc. On the control thread, which runs `control`.
void kill_sessions(boost::asio::io_context& control, WorkerGroup& workers, const KillOrder& order,
                   std::function<void(const KillOutcome&)> on_done);

/// How many may have been ended `elapsed` after the first.
std::uint64_t may_have_ended(std::chrono::steady_clock::duration elapsed, std::uint64_t rate) noexcept;

}  // namespace duplexd
