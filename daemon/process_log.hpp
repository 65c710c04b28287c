#pragma once

#include "core/control/control_server.hpp"
#include "core/server.hpp"
#include "daemon/cli/check_sockets.hpp"
#include "daemon/log/line/log_line.hpp"
#include "daemon/reloader.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace duplexd {

// The log lines about the process itself; duplexd(8) lists them all.

/// A line per address, up to a thousand.
std::vector<LogLine> listening_lines(const std::vector<ListeningAddress>& addresses);
LogLine admin_listening_line(std::string_view address);
LogLine ready_line(const EffectiveLimits& limits);
LogLine sessions_line(EventKind kind, const Totals& totals);  ///< paused and resumed
LogLine request_line(const ControlRequest& request);
LogLine worker_stuck_line(unsigned worker);
LogLine store_failed_line(std::size_t addresses);
LogLine discovered_line(const Discovered& discovered);
/// The file of control.state_file could not be read, or not be written.
LogLine state_failed_line(std::string_view problem);
/// A new process was started that is to serve instead.
LogLine upgrading_line(pid_t successor);
/// This process serves instead of the one before.
LogLine upgraded_line(const HandoverOutcome& outcome);
/// This one goes on serving.
LogLine upgrade_failed_line(const HandoverOutcome& outcome);
/// The service manager keeps sessions for the next process.
LogLine parked_line(const HandoverOutcome& outcome);
LogLine stopping_line(std::string_view cause, const Totals& totals);
LogLine stopped_line(std::chrono::seconds uptime);

/// A line per problem, or a line per change, up to a thousand, and a summary.
std::vector<LogLine> reload_lines(const ReloadOutcome& outcome, const Reloader& reloader);

/// A line for each endpoint that does at the start what the operator wanted of it before, up to a thousand.
std::vector<LogLine> order_lines(const Orders& orders);

/// What is wrong with TLS although it works: certificates that expire soon, and endpoints that are not
/// verified.
std::vector<LogLine> tls_lines(const Config& config, const std::vector<CertificateReport>& certificates,
                               std::chrono::sys_seconds now);

/// What keys of sockets do not do on this host, a line each, up to a thousand.
std::vector<LogLine> socket_lines(const std::vector<SocketWarning>& warnings);

/// For a reload that could not even begin.
LogLine reload_without_memory_line();

/// One line per listener, one per upstream, and at the end one of the process.
std::vector<LogLine> totals_lines(const Totals& totals, std::uint64_t log_dropped);

std::uint64_t live_sessions(const Totals& totals) noexcept;

}  // namespace duplexd
