#pragma once

#include "core/server.hpp"
#include "daemon/control/control_plane.hpp"
#include "daemon/reloader.hpp"

#include <string_view>

namespace duplexd {

/// What the parameters of a request ask: listener, source, sni, port and proxied.
Parsed<ExplainQuestion> explain_question(std::string_view target);

/// Answers duplexctl explain. `server` and `reloader` outlive it.
ControlCommand explain_command(const Server& server, const Reloader& reloader);

}  // namespace duplexd
