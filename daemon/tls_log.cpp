// The log lines about TLS that works, but not for long or not for certain.
#include "daemon/cli/check_tls.hpp"
#include "daemon/process_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace duplexd {
namespace {

// Time enough to renew by hand. What renews by itself has done so a month before.
constexpr long days_of_warning = 21;

LogLine expiry_line(const CertificateReport& certificate, long days_left) {
  LogLine line(EventKind::certificate_expires);
  line.add("listener", certificate.listener).add("file", certificate.file);
  if (!certificate.names.empty()) line.add("name", certificate.names.front());
  line.add("expires", fmt::format("{:%FT%TZ}", certificate.expires));
  line.add("days_left", static_cast<std::uint64_t>(std::max(days_left, 0L)));
  return line;
}

}  // namespace

std::vector<LogLine> tls_lines(const Config& config, const std::vector<CertificateReport>& certificates,
                               std::chrono::sys_seconds now) {
  std::vector<LogLine> lines;
  for (const CertificateReport& each : certificates) {
    const long left = each.days_left(now);
    if (left < days_of_warning) lines.push_back(expiry_line(each, left));
  }
  for (const UpstreamConfig& upstream : config.upstreams) {
    if (!is_unverified(upstream)) continue;
    lines.emplace_back(EventKind::endpoints_unverified)
        .add("upstream", upstream.name)
        .add("msg", unverified_words);
  }
  return lines;
}

}  // namespace duplexd
