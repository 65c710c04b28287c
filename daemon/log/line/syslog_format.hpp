#pragma once

#include "core/config/log/log_config.hpp"
#include "daemon/log/line/log_line.hpp"

#include <string>

namespace duplexd {

/// Who sends messages to a syslog server.
struct SyslogSender {
  SyslogSyntax syntax = SyslogSyntax::rfc5424;  ///< a chosen one
  unsigned facility = 3;
  std::string host{};  ///< "": it is not said, as by syslog(3)
  std::string tag{};
  int process = 0;

  /// This process, for a server at `output.to`.
  static SyslogSender of(const LogOutputConfig& output);
};

/// One message without an end of line. RFC 5424: the event is the MSGID and the text is the line in logfmt
/// without time and level, or in JSON. There is no STRUCTURED-DATA: its names need a number of an enterprise,
/// and many collectors drop it, while they all keep the text. RFC 3164: as syslog(3) writes it, in local
/// time.
void append_syslog(std::string& out, const SyslogSender& sender, LogFormat format, const LogLine& line);

}  // namespace duplexd
