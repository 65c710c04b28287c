#include "daemon/log/output/open_log.hpp"

#include "daemon/log/line/log_format.hpp"
#include "daemon/log/output/file_output.hpp"
#include "daemon/log/output/journal_output.hpp"
#include "daemon/log/output/last_resort.hpp"
#include "daemon/log/output/stream_output.hpp"
#include "daemon/log/output/syslog/syslog_datagrams.hpp"
#include "daemon/log/output/syslog/syslog_stream.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

StreamOutput::Format text_format(LogFormat format) noexcept {
  return format == LogFormat::json ? append_json : append_logfmt;
}

std::unique_ptr<LogOutput> open_standard_error(LogFormat format, int fd, const Patience& patience) {
  if (format == LogFormat::journald) return std::make_unique<JournalOutput>(patience);
  return std::make_unique<StreamOutput>(fd, text_format(format), patience);
}

std::unique_ptr<LogOutput> open_output(const LogOutputConfig& output, LogFormat format, int fd,
                                       const Patience& patience) {
  const SocketAddress& server = output.to.address;
  switch (output.to.kind) {
    case LogTarget::Kind::standard_error:
      return open_standard_error(format, fd, patience);
    case LogTarget::Kind::file:
      return std::make_unique<FileOutput>(output.to.path, text_format(format), patience);
    case LogTarget::Kind::tcp:
      return std::make_unique<SyslogStream>(server, SyslogSender::of(output), format);
    case LogTarget::Kind::udp:
    case LogTarget::Kind::datagrams:
      return std::make_unique<SyslogDatagrams>(server, SyslogSender::of(output), format, patience);
  }
  return nullptr;
}

bool is_standard_error(const LogOutputConfig& output) {
  return output.to.kind == LogTarget::Kind::standard_error;
}

}  // namespace

bool is_journal_stream(std::string_view device_and_inode, int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  return device_and_inode == fmt::format("{}:{}", status.st_dev, status.st_ino);
}

LogFormat choose_format(LogFormat asked, const std::optional<std::string>& journal_stream, int fd) {
  if (asked != LogFormat::automatic) return asked;
  return journal_stream && is_journal_stream(*journal_stream, fd) ? LogFormat::journald : LogFormat::logfmt;
}

OpenOutputs open_log(LogFormat format, int fd) { return open_log(format, fd, {}); }

OpenOutputs open_log(LogFormat format, int fd, std::vector<LogOutputConfig> outputs) {
  if (outputs.empty()) outputs.emplace_back();
  return [format, fd, outputs = std::move(outputs)](const Patience& patience) {
    std::vector<NamedOutput> all;
    for (const LogOutputConfig& each : outputs)
      all.push_back({to_text(each.to), open_output(each, format, fd, patience)});
    if (std::ranges::none_of(outputs, is_standard_error))
      all.push_back({"stderr", std::make_unique<LastResort>(fd, text_format(format)), true});
    return all;
  };
}

}  // namespace duplexd
