#pragma once

#include "daemon/log/line/log_line.hpp"
#include "daemon/log/queue/event_queue.hpp"

namespace duplexd {

/// The log line of an event of core, with the fields that duplexd(8) lists. What does not exist is left out.
LogLine line_of(const Event& event);

EventKind kind_of(Notice::Kind kind) noexcept;

}  // namespace duplexd
