#pragma once

#include "core/metrics/exposition/figures.hpp"
#include "core/server.hpp"
#include "daemon/control/status.hpp"
#include "daemon/metrics/source_ports.hpp"
#include "daemon/reloader.hpp"

#include <chrono>
#include <cstdint>

namespace duplexd {

/// What the daemon alone knows.
struct DaemonFigures {
  ProcessState state{};
  std::chrono::steady_clock::duration uptime{0};
  std::chrono::system_clock::time_point started{};
  std::uint64_t log_dropped = 0;
};

/// All that metrics are read from. On the control thread.
Figures read_figures(const Server& server, const Reloader& reloader, const DaemonFigures& daemon,
                     SourcePortLook& look);

}  // namespace duplexd
