#pragma once

#include "core/config/config.hpp"
#include "daemon/probe/verdict.hpp"

#include <chrono>
#include <vector>

namespace duplexd {

/// What the process opens for itself: the admin listener and its certificate, the control socket, the state
/// file, files and servers of the log. Nothing is made or written; a syslog server of TCP is connected to.
std::vector<ProbeVerdict> probe_process(const Config& config, std::chrono::sys_seconds now);

}  // namespace duplexd
