// access_log and error_log to a syslog server.
#include "daemon/import/nginx/translation.hpp"
#include "daemon/import/values/log_output.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace duplexd::importing::nginx {
namespace {

constexpr std::string_view syslog = "syslog:";

/// What of the line is about what is logged, and how; the server and what it is told are carried.
void remark_rest(const Setting& line, std::string_view target, const Target& process) {
  std::string rest;
  for (std::size_t word = 1; word < line.args.size(); ++word)
    rest += (word == 1 ? "" : " ") + line.args[word];
  const auto severity = target.find("severity=");
  if (severity != target.npos && rest.empty())
    rest = target.substr(severity, target.find(',', severity) - severity);
  if (!rest.empty())
    process.remark(line,
                   fmt::format("duplexd's own lines go there, whatever '{}' says; see log.level, log.fields "
                               "and log.sample",
                               rest));
}

/// "syslog:server=10.0.0.2:514,facility=local7,tag=nginx,severity=info,nohostname"
LogOutput syslog_output(std::string_view text) {
  LogOutput output{.to = "", .facility = "local7", .tag = "nginx", .syntax = "rfc3164"};
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(','));
    const auto equals = std::min(part.find('='), part.size());
    const auto key = part.substr(0, equals);
    const auto value = part.substr(std::min(equals + 1, part.size()));
    if (key == "server") output.to = syslog_server(value);
    if (key == "facility") output.facility = value;
    if (key == "tag") output.tag = value;
    text.remove_prefix(std::min(part.size() + 1, text.size()));
  }
  return output;
}

}  // namespace

void carry_log(const Scope& scope, const Target& process) {
  for (const char* const word : {"error_log", "access_log"})
    for (const Setting* const line : scope.all(word)) {
      const std::string target = plain(line->arg(0));
      if (!target.starts_with(syslog)) continue;
      const LogOutput output = syslog_output(std::string_view(target).substr(syslog.size()));
      if (output.to.empty()) continue;
      carry_output(process, output, *line);
      remark_rest(*line, target, process);
    }
}

}  // namespace duplexd::importing::nginx
