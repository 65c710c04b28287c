#pragma once

#include "daemon/log/line/log_line.hpp"

#include <string>
#include <string_view>

namespace duplexd {

/// Appends `text` as a JSON string with its quotes. The result is valid UTF-8 on one line and steers no
/// terminal, whatever the text holds: control characters (also C1), line separators and changes of the
/// writing direction become \uXXXX, a byte that is no UTF-8 becomes the text \xXX.
void append_quoted(std::string& out, std::string_view text);

std::string to_rfc3339(LogTime time);             ///< "2026-11-22T09:30:00.123Z"
int to_syslog_priority(LogLevel level) noexcept;  ///< as syslog(3) has them
std::string errno_name(int error);                ///< "ECONNRESET"; the number if the C library knows no name

}  // namespace duplexd
