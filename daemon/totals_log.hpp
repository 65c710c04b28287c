#pragma once

#include "core/server.hpp"
#include "daemon/log/line/log_line.hpp"

#include <vector>

namespace duplexd {

/// One line per listener, one per upstream, and at the end one of the process.
std::vector<LogLine> describe(const Totals& totals, std::uint64_t log_dropped);

std::uint64_t live_sessions(const Totals& totals) noexcept;

}  // namespace duplexd
