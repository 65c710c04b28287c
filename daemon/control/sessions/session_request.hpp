#pragma once

#include "core/worker/sessions/session_killing.hpp"
#include "core/worker/sessions/session_list.hpp"
#include "daemon/control/endpoint_target.hpp"

#include <string>
#include <string_view>

namespace duplexd {

// What requests about live sessions say in their parameters; duplexctl(1) describes these.

/// Of GET /v1/sessions.
OrRefusal<SessionQuery> session_query(std::string_view target);
/// Of GET /v1/sessions/slow; its limit is how many are wanted.
OrRefusal<SessionQuery> slow_query(std::string_view target);
/// Of POST /v1/kill, which has to say something about the sessions.
OrRefusal<KillOrder> kill_order(std::string_view target);

std::string to_text(const SessionCursor& cursor);

std::string session_id_text(std::uint64_t id);  ///< as in the log

}  // namespace duplexd
