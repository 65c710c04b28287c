#pragma once

#include "core/server.hpp"
#include "daemon/control/control_plane.hpp"

#include <vector>

namespace duplexd {

/// What duplexctl sessions, who-is-slow and kill ask. `server` outlives them.
std::vector<ControlCommand> session_commands(Server& server);

}  // namespace duplexd
