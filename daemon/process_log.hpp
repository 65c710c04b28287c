#pragma once

#include "core/control/control_server.hpp"
#include "core/server.hpp"
#include "daemon/log/line/log_line.hpp"
#include "daemon/reloader.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace duplexd {

// What the process says about itself; duplexd(8) describes every line.

LogLine listening_line(const ListeningAddress& address);
LogLine ready_line(const EffectiveLimits& limits);
LogLine sessions_line(EventKind kind, const Totals& totals);  ///< paused and resumed
LogLine request_line(const ControlRequest& request);
LogLine worker_stuck_line(unsigned worker);
LogLine store_failed_line(std::size_t addresses);
LogLine stopping_line(std::string_view cause, const Totals& totals);
LogLine stopped_line(std::chrono::seconds uptime);

/// A line per problem, or a line per change and one that sums up.
std::vector<LogLine> reload_lines(const ReloadOutcome& outcome, const Reloader& reloader);

}  // namespace duplexd
