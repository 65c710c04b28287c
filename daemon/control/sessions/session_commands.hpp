#pragma once

#include "core/server.hpp"
#include "daemon/control/control_plane.hpp"

#include <vector>

namespace duplexd {

/// What duplexctl sessions and who-is-slow ask. `server` outlives them.
std::vector<ControlCommand> session_commands(Server& server);
/// That of duplexctl kill, which is not for a server that gives its sessions away. The same.
ControlCommand kill_command(Server& server);

}  // namespace duplexd
