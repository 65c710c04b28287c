#include "daemon/process_log.hpp"

namespace duplexd {
namespace {

using CountsByReason = std::array<std::uint64_t, close_reason_count>;

void add_reasons(LogLine& line, std::string_view prefix, const CountsByReason& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    line.add_unless_zero(std::string(prefix).append(to_word(static_cast<CloseReason>(i))), counts[i]);
  }
}

/// One line is the sum of those that are configured no more; no name has parentheses.
std::string_view name_or_former(std::string_view name) { return name.empty() ? "(former)" : name; }

LogLine totals_line(const Totals::Listener& listener) {
  LogLine line(EventKind::totals);
  line.add("listener", name_or_former(listener.name))
      .add("accepted", listener.accepted)
      .add("live", listener.live);
  line.add("upstream_bytes", listener.upstream_bytes).add("downstream_bytes", listener.downstream_bytes);
  line.add("spliced_bytes", listener.spliced_bytes);
  line.add("undelivered_bytes", listener.undelivered_bytes).add("accept_errors", listener.accept_errors);
  line.add("backoffs", listener.backoffs).add("at_limit", listener.at_limit);
  line.add_unless_zero("handshakes_waited", listener.handshakes_waited);
  line.add_unless_zero("sources_forgotten", listener.sources_forgotten);
  for (std::size_t i = 0; i < limit_count; ++i)
    line.add_unless_zero(std::string("dry_run_").append(to_word(static_cast<Limit>(i))),
                         listener.beyond_tried[i]);
  add_reasons(line, "ended_", listener.ended);
  return line;
}

LogLine totals_line(const Totals::Upstream& upstream) {
  LogLine line(EventKind::totals);
  line.add("upstream", name_or_former(upstream.name)).add("connected", upstream.connected);
  add_reasons(line, "failed_", upstream.failed);
  return line;
}

}  // namespace

std::vector<LogLine> totals_lines(const Totals& totals, std::uint64_t log_dropped) {
  std::vector<LogLine> lines;
  for (const auto& listener : totals.listeners) lines.push_back(totals_line(listener));
  for (const auto& upstream : totals.upstreams) lines.push_back(totals_line(upstream));
  if (totals.former_listeners.accepted > 0) lines.push_back(totals_line(totals.former_listeners));
  if (totals.former_upstreams.connected > 0) lines.push_back(totals_line(totals.former_upstreams));
  lines.emplace_back(EventKind::totals)
      .add("handler_memory_fallbacks", totals.handler_memory_fallbacks)
      .add("spurious_wakeups", totals.spurious_wakeups)
      .add("log_dropped", log_dropped);
  return lines;
}

std::uint64_t live_sessions(const Totals& totals) noexcept { return totals.of_all_listeners().live; }

}  // namespace duplexd
