#include "daemon/process_log.hpp"

#include "daemon/process.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

#include <algorithm>

namespace duplexd {
namespace {

LogLine changed_line(const Change& change) {
  LogLine line(EventKind::changed);
  line.add("path", change.path).add_unless_empty("before", change.before.value_or(""));
  line.add_unless_empty("after", change.after.value_or("")).add("class", to_word(change.reload_class));
  return line;
}

LogLine socket_line(const SocketWarning& warning) {
  LogLine line(EventKind::option_unavailable);
  line.add("path", warning.path).add("msg", warning.what);
  return line;
}

// Without the source line and the caret, because a log line is one line.
LogLine refused_line(const std::string& problem) {
  LogLine line(EventKind::reload_refused);
  line.add("problem", problem.substr(0, problem.find('\n')));
  return line;
}

LogLine reloaded_line(const ReloadOutcome& outcome, const Reloader& reloader) {
  LogLine line(EventKind::reloaded);
  line.add("result", to_word(outcome.result)).add("generation", reloader.generation());
  line.add("changes", std::uint64_t{outcome.changes.size()});
  line.add_unless_empty("pending_restart", fmt::format("{}", fmt::join(reloader.pending_restart(), ", ")));
  return line;
}

LogLine order_line(const Orders::Name& name, const Order& order, std::string_view sentence) {
  LogLine line(EventKind::endpoint_order);
  line.add("endpoint", name.second).add("upstream", name.first);
  line.add_unless_empty("word", to_word(order.word));
  if (order.weight) line.add("weight", std::uint64_t{*order.weight});
  line.add("msg", sentence);
  return line;
}

LogLine kept_line(const KeptWeight& kept) {
  return order_line(kept.name, {.weight = kept.weight},
                    fmt::format("the operator's weight stays in force; the file says {}", kept.in_file));
}

// A flood would push other lines out of the log.
constexpr std::size_t most_alike = 1000;

/// A line for each item, up to a number, then one that says how many more there are.
template <class Items, class MakeLine>
void add_lines(std::vector<LogLine>& lines, EventKind kind, const Items& items, MakeLine make_line) {
  const std::size_t shown = std::min(items.size(), most_alike);
  for (std::size_t i = 0; i < shown; ++i) lines.push_back(make_line(items[i]));
  if (shown < items.size()) lines.emplace_back(kind).add("more", std::uint64_t{items.size() - shown});
}

LogLine listening_line(const ListeningAddress& address) {
  LogLine line(EventKind::listening);
  line.add("listener", address.listener).add("address", address.address.to_string());
  return line;
}

}  // namespace

LogLine reload_without_memory_line() {
  return refused_line("duplexd: error: there was too little memory to reload");
}

std::vector<LogLine> listening_lines(const std::vector<ListeningAddress>& addresses) {
  std::vector<LogLine> lines;
  add_lines(lines, EventKind::listening, addresses, listening_line);
  return lines;
}

LogLine admin_listening_line(std::string_view address) {
  LogLine line(EventKind::admin_listening);
  line.add("address", address);
  return line;
}

LogLine ready_line(const EffectiveLimits& limits) {
  LogLine line(EventKind::ready);
  line.add("version", program_version).add("pid", static_cast<std::uint64_t>(::getpid()));
  line.add("workers", limits.workers).add("sessions", limits.sessions).add("descriptors", limits.descriptors);
  return line;
}

LogLine sessions_line(EventKind kind, const Totals& totals) {
  LogLine line(kind);
  line.add("sessions", live_sessions(totals));
  return line;
}

LogLine request_line(const ControlRequest& request) {
  LogLine line(EventKind::control);
  line.add("method", request.method).add("target", request.target);
  line.add("uid", std::uint64_t{request.peer.uid}).add("gid", std::uint64_t{request.peer.gid});
  line.add("process", static_cast<std::uint64_t>(request.peer.pid));
  return line;
}

LogLine worker_stuck_line(unsigned worker) {
  LogLine line(EventKind::worker_stuck);
  line.add("worker", std::uint64_t{worker});
  return line;
}

LogLine store_failed_line(std::size_t addresses) {
  LogLine line(EventKind::store_failed);
  line.add("count", std::uint64_t{addresses});
  line.add("msg", "the service manager did not take the sockets of so many addresses");
  return line;
}

LogLine discovered_line(const Discovered& discovered) {
  const bool failed = !discovered.failure.empty();
  LogLine line(failed ? EventKind::endpoints_failed : EventKind::endpoints_changed);
  line.add("upstream", discovered.upstream).add_unless_empty("error", discovered.failure);
  line.add("count", std::uint64_t{discovered.endpoints});
  line.add("msg", failed ? "what else is known stays in use, and it is tried again"
                         : "their file or source says so; so many are in use from now on");
  return line;
}

LogLine state_failed_line(std::string_view problem) {
  LogLine line(EventKind::state_failed);
  line.add("error", problem);
  line.add("msg", "what duplexctl endpoint was told is not kept over a restart");
  return line;
}

std::vector<LogLine> order_lines(const Orders& orders) {
  const std::vector<std::pair<Orders::Name, Order>> all(orders.all().begin(), orders.all().end());
  std::vector<LogLine> lines;
  add_lines(lines, EventKind::endpoint_order, all, [](const auto& named) {
    return order_line(named.first, named.second, "kept over the restart: what the operator wants of it");
  });
  return lines;
}

LogLine upgrading_line(pid_t successor) {
  LogLine line(EventKind::upgrading);
  line.add("successor", static_cast<std::uint64_t>(successor));
  return line;
}

LogLine upgraded_line(const HandoverOutcome& outcome) {
  LogLine line(EventKind::upgraded);
  line.add("sessions", std::uint64_t{outcome.sessions}).add("stayed", std::uint64_t{outcome.stayed});
  line.add("longest_pause_ms", outcome.longest).add_unless_empty("error", outcome.failure);
  line.add("msg", "the sessions of the process before this one go on here");
  return line;
}

LogLine upgrade_failed_line(const HandoverOutcome& outcome) {
  LogLine line(EventKind::upgrade_failed);
  line.add("error", outcome.failure).add("sessions", std::uint64_t{outcome.sessions});
  line.add("msg", "this process goes on serving; so many sessions had gone to the new one");
  return line;
}

LogLine parked_line(const HandoverOutcome& outcome) {
  LogLine line(EventKind::parked);
  line.add("sessions", std::uint64_t{outcome.sessions}).add_unless_empty("error", outcome.failure);
  line.add("msg", "they go on in the next process");
  return line;
}

LogLine stopping_line(std::string_view cause, const Totals& totals) {
  LogLine line(EventKind::stopping);
  line.add("cause", cause).add("sessions", live_sessions(totals));
  return line;
}

LogLine stopped_line(std::chrono::seconds uptime) {
  LogLine line(EventKind::stopped);
  line.add("uptime_s", static_cast<std::uint64_t>(uptime.count()));
  return line;
}

std::vector<LogLine> reload_lines(const ReloadOutcome& outcome, const Reloader& reloader) {
  std::vector<LogLine> lines;
  add_lines(lines, EventKind::reload_refused, outcome.problems, refused_line);
  if (outcome.result == ReloadOutcome::Result::refused) return lines;
  add_lines(lines, EventKind::changed, outcome.changes, changed_line);
  add_lines(lines, EventKind::endpoint_order, outcome.kept_weights, kept_line);
  lines.push_back(reloaded_line(outcome, reloader));
  return lines;
}

std::vector<LogLine> socket_lines(const std::vector<SocketWarning>& warnings) {
  std::vector<LogLine> lines;
  add_lines(lines, EventKind::option_unavailable, warnings, socket_line);
  return lines;
}

}  // namespace duplexd
