#include "daemon/log/output/open_log.hpp"

#include "daemon/log/line/log_format.hpp"
#include "daemon/log/output/journal_output.hpp"
#include "daemon/log/output/stream_output.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace duplexd {

bool is_journal_stream(std::string_view device_and_inode, int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  return device_and_inode == fmt::format("{}:{}", status.st_dev, status.st_ino);
}

LogFormat choose_format(LogFormat asked, const std::optional<std::string>& journal_stream, int fd) {
  if (asked != LogFormat::automatic) return asked;
  return journal_stream && is_journal_stream(*journal_stream, fd) ? LogFormat::journald : LogFormat::logfmt;
}

LogWriter::OpenOutput open_log(LogFormat format, int fd) {
  return [format, fd](const Patience& patience) -> std::unique_ptr<LogOutput> {
    if (format == LogFormat::journald) return std::make_unique<JournalOutput>(patience);
    return std::make_unique<StreamOutput>(fd, format == LogFormat::json ? append_json : append_logfmt,
                                          patience);
  };
}

}  // namespace duplexd
