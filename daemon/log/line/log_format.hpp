#pragma once

#include "daemon/log/line/log_line.hpp"

#include <string>

namespace duplexd {

/// "time=2026-11-22T09:30:00.123Z level=info event=ready version=0.1.0 ...\n". Always exactly one line: a
/// value with anything but plain printable ASCII, or with a space, quote or "=", is quoted as in JSON.
void append_logfmt(std::string& out, const LogLine& line);

/// The same from "event=" on, without the end of the line.
void append_event(std::string& out, const LogLine& line);

/// The same keys as one JSON object on one line.
void append_json(std::string& out, const LogLine& line);

/// One datagram of systemd's native journal protocol: MESSAGE is the logfmt line without time and level,
/// every field stands beside it as DUPLEXD_<KEY>. Values are length-prefixed where they hold a newline, so
/// that none can forge a field.
void append_journal(std::string& out, const LogLine& line);

}  // namespace duplexd
