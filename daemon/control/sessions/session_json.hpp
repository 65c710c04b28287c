#pragma once

#include "core/session/views/session_view.hpp"
#include "core/session/views/verdict.hpp"

#include <string>

namespace duplexd {

/// Appends a live session as the control socket tells it; duplexctl(1) describes the keys.
void append_session(std::string& out, const SessionView& view, bool with_tcp);

/// The same with what its sockets say, and who holds it up.
void append_judged_session(std::string& out, const SessionView& view, const Verdict& verdict);

}  // namespace duplexd
