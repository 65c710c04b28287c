#include "daemon/log/line/syslog_format.hpp"

#include "daemon/log/line/log_format.hpp"
#include "daemon/log/line/log_text.hpp"

#include <fmt/format.h>

#include <limits.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace duplexd {
namespace {

/// The name of this host, of printable ASCII.
std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  const std::string text(name.data());
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; }) ? text : std::string();
}

/// "Nov 26 15:22:17": the day is padded with a space.
std::string to_rfc3164(LogTime time) {
  const std::time_t seconds = LogTime::clock::to_time_t(time);
  tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  // The C locale: the names of months are English.
  const std::size_t size = ::strftime(text.data(), text.size(), "%b %e %H:%M:%S", &local);
  return {text.data(), size};
}

void append_head(std::string& out, const SyslogSender& sender, const LogLine& line) {
  const EventTraits& event = traits_of(line.kind());
  const unsigned priority = sender.facility * 8 + static_cast<unsigned>(to_syslog_priority(event.level));
  if (sender.syntax == SyslogSyntax::rfc5424) {
    fmt::format_to(std::back_inserter(out), "<{}>1 {} {} {} {} {} - ", priority, to_rfc3339(line.time()),
                   sender.host.empty() ? "-" : sender.host, sender.tag, sender.process, event.word);
  } else {
    fmt::format_to(std::back_inserter(out), "<{}>{} {}{}{}[{}]: ", priority, to_rfc3164(line.time()),
                   sender.host, sender.host.empty() ? "" : " ", sender.tag, sender.process);
  }
}

}  // namespace

SyslogSender SyslogSender::of(const LogOutputConfig& output) {
  const bool is_local = output.to.kind == LogTarget::Kind::datagrams;
  const SyslogSyntax usual = is_local ? SyslogSyntax::rfc3164 : SyslogSyntax::rfc5424;
  const SyslogSyntax syntax = output.syntax == SyslogSyntax::automatic ? usual : output.syntax;
  const bool says_host = !is_local || syntax == SyslogSyntax::rfc5424;
  return {syntax, output.facility, says_host ? host_name() : std::string(), output.tag, ::getpid()};
}

void append_syslog(std::string& out, const SyslogSender& sender, LogFormat format, const LogLine& line) {
  append_head(out, sender, line);
  if (format != LogFormat::json) return append_event(out, line);
  append_json(out, line);
  out.pop_back();  // the end of the line
}

}  // namespace duplexd
