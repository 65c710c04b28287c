#include "daemon/log/line/session_line.hpp"

#include "daemon/log/line/log_text.hpp"

#include <fmt/format.h>

namespace duplexd {
namespace {

struct DirectionKeys {
  std::string_view bytes, undelivered, stalled;
};
constexpr DirectionKeys upstream_keys{"upstream_bytes", "upstream_undelivered", "upstream_stalled_ms"};
constexpr DirectionKeys downstream_keys{"downstream_bytes", "downstream_undelivered",
                                        "downstream_stalled_ms"};

void add_direction(LogLine& line, const DirectionKeys& keys, const DirectionBytes& direction) {
  line.add(keys.bytes, direction.read).add(keys.undelivered, direction.undelivered);
  line.add(keys.stalled, direction.stalled);
}

// "10.0.0.1:5432 connect_refused 1 ms; ..."
void add_attempts(LogLine& line, const FailedAttempts& attempts) {
  if (attempts.empty()) return;
  std::string text;
  for (const auto& [endpoint, reason, took] : attempts)
    text += fmt::format("{}{} {} {} ms", text.empty() ? "" : "; ", endpoint.to_string(), to_word(reason),
                        took.count());
  line.add("failed_attempts", text);
}

void add_tls(LogLine& line, const SessionEnd& end) {
  line.add_unless_empty("server_name", end.server_name);
  line.add_unless_empty("client_tls", end.client_tls).add_unless_empty("endpoint_tls", end.endpoint_tls);
  line.add_unless_empty("client_certificate", end.client_certificate);
  if (end.reason == CloseReason::via_failed || end.reason == CloseReason::via_refused)
    return void(line.add_unless_empty("via_error", end.endpoint_words));
  if (!end.endpoint_words.view().empty()) return void(line.add("tls_error", end.endpoint_words));
  if (end.tls_failure.error != 0) line.add("tls_error", words(end.tls_failure));
}

/// "rate, per_source"
std::string words(LimitSet limits) {
  std::string text;
  for (std::size_t i = 0; i < limit_count; ++i) {
    if (!limits.contains(static_cast<Limit>(i))) continue;
    text.append(text.empty() ? "" : ", ").append(to_word(static_cast<Limit>(i)));
  }
  return text;
}

EventKind kind_of(const std::optional<SessionMoment>& moment) noexcept {
  if (!moment) return EventKind::session;
  return *moment == SessionMoment::started ? EventKind::session_started : EventKind::session_interval;
}

void add_reason(LogLine& line, const SessionEnd& end) {
  line.add("reason", to_word(end.reason)).add("side", to_word(side_of(end.reason)));
  if (end.error != 0) line.add("errno", errno_name(end.error));
}

}  // namespace

LogLine line_of(const Event& event, const SessionEnd& end) {
  LogLine line(kind_of(event.moment), event.time);
  line.add("id", fmt::format("{:016x}", end.id));
  line.add("listener", end.listener).add_unless_empty("upstream", end.upstream);
  line.add_unless_empty("endpoint", end.endpoint);
  line.add_peer("client", end.client);
  line.add_peer("via", end.via);
  line.add_peer("client_local", end.client_local);
  line.add_peer("endpoint_local", end.endpoint_local);
  line.add_peer("endpoint_address", end.endpoint_address);
  if (!event.moment) add_reason(line, end);
  line.add_unless_empty("words", end.words).add_unless_empty("dry_run", words(end.beyond_tried));
  add_tls(line, end);
  if (end.moves > 0) line.add("moves", std::uint64_t{end.moves});
  line.add("attempts", end.connect_attempts);
  add_attempts(line, end.failed_attempts);
  line.add("connect_ms", end.connecting).add("duration_ms", end.duration);
  add_direction(line, upstream_keys, end.upstream_bytes);
  add_direction(line, downstream_keys, end.downstream_bytes);
  if (event.choice.sample > 1) line.add("sample", std::uint64_t{event.choice.sample});
  return line;
}

}  // namespace duplexd
