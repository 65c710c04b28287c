#pragma once

#include "core/config/loader.hpp"
#include "core/net/address/parsed.hpp"
#include "core/server.hpp"

#include <sys/types.h>

#include <chrono>
#include <optional>

namespace duplexd {

/// What the service manager passed to process `self` by $LISTEN_PID, $LISTEN_FDS and $LISTEN_FDNAMES, as
/// sd_listen_fds_with_names(3) reads them: descriptors from `first` on, "unknown" if they have no names.
/// Takes them over and makes them close on exec.
Parsed<InheritedSockets> inherited_sockets(const Environment& environment, pid_t self, int first = 3);

/// How often the service manager expects to hear from process `self`, by $WATCHDOG_USEC and $WATCHDOG_PID as
/// sd_watchdog_enabled(3) reads them. None: it does not, or the variables make no sense.
std::optional<std::chrono::milliseconds> watchdog_interval(const Environment& environment, pid_t self);

}  // namespace duplexd
