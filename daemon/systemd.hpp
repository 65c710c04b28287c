#pragma once

#include "core/config/loader.hpp"
#include "core/net/parsed.hpp"
#include "core/server.hpp"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace duplexd {

/// What the service manager passed to process `self` by $LISTEN_PID, $LISTEN_FDS and $LISTEN_FDNAMES, as
/// sd_listen_fds_with_names(3) reads them: descriptors from `first` on, "unknown" if they have no names.
/// Takes them over and makes them close on exec.
Parsed<InheritedSockets> inherited_sockets(const Environment& environment, pid_t self, int first = 3);

/// Sends `state` ("READY=1") to `socket`, the value of $NOTIFY_SOCKET, as sd_notify(3) does. Waits for a busy
/// service manager, but not for ever. False: it was not sent.
bool notify_service_manager(const std::string& socket, std::string_view state) noexcept;

}  // namespace duplexd
