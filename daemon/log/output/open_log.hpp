#pragma once

#include "core/config/config.hpp"
#include "daemon/log/output/log_outputs.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Whether `fd` is the stream that the service manager says it connected to the journal: "DEVICE:INODE", as
/// in $JOURNAL_STREAM (systemd.exec(5)).
bool is_journal_stream(std::string_view device_and_inode, int fd);

/// What `automatic` comes to for a log on `fd`; any other format stays as it is.
LogFormat choose_format(LogFormat asked, const std::optional<std::string>& journal_stream, int fd);

/// Opens a log on `fd`, or the journal. `format` is a chosen one.
OpenOutputs open_log(LogFormat format, int fd);

/// The same where `outputs` has standard error, or nothing, and all else that it has. Without standard error,
/// that is told of outputs that fail, and of nothing else. Throws
/// std::system_error if a file cannot be opened.
OpenOutputs open_log(LogFormat format, int fd, std::vector<LogOutputConfig> outputs);

}  // namespace duplexd
