#pragma once

#include "daemon/log/line/log_line.hpp"
#include "daemon/log/queue/event_queue.hpp"

namespace duplexd {

/// The record of a session, with the fields of core/config/log/session_fields.hpp.
LogLine line_of(const Event& event, const SessionEnd& end);

}  // namespace duplexd
