// The rows of each view, in the order of its columns.
#include "daemon/duplexctl/top/model/rates.hpp"

#include <optional>
#include <span>

namespace duplexd::duplexctl::top {
namespace {

constexpr bool as_text = false, as_number = true;

constexpr Column session_columns[] = {
    {"id", "ID", 'x', 16, as_text, 5},
    {"client", "CLIENT", 'c', 21, as_text},
    {"listener", "LISTENER", 'l', 10, as_text, 6},
    {"endpoint", "ENDPOINT", 'e', 21, as_text, 4},
    {"state", "STATE", 't', 11, as_text, 7},
    {"upstream_rate", "UP/s", 'u', 6},
    {"downstream_rate", "DOWN/s", 'd', 7},
    {"bytes", "BYTES", 'b', 6},
    {"age", "AGE", 'a', 6},
    {"idle", "IDLE", 'i', 6},
    {"stalled", "STALLED", 's', 8},
    {"held_up_by", "HELD UP BY", 'w', 11, as_text},
};
constexpr Column listener_columns[] = {
    {"name", "LISTENER", 'n', 12, as_text},
    {"addresses", "ADDRESSES", 'm', 15, as_text, 1},
    {"live", "SESSIONS", 'l', 9, as_number},
    {"accepted_rate", "NEW/s", 'a', 6},
    {"upstream_rate", "UP/s", 'u', 6},
    {"downstream_rate", "DOWN/s", 'd', 7},
    {"refused", "REFUSED", 'f', 8, as_number, 2},
    {"at_limit", "AT LIMIT", 't', 9, as_number, 3},
};
constexpr Column endpoint_columns[] = {
    {"upstream", "UPSTREAM", 'n', 10, as_text, 1},
    {"endpoint", "ENDPOINT", 'e', 21, as_text},
    {"state", "STATE", 't', 10, as_text},
    {"live", "SESSIONS", 'l', 9},
    {"connected_rate", "CONN/s", 'c', 7},
    {"connect_ms", "CONNECT", 'm', 9},
    {"failed", "FAILED", 'f', 7},
    {"failed_rate", "FAIL/s", 'x', 7, as_number, 2},
    {"weight", "WEIGHT", 'g', 7, as_number, 3},
};
constexpr Column worker_columns[] = {
    {"worker", "WORKER", 'n', 7, as_text},
    {"sessions", "SESSIONS", 'l', 9},
    {"lag_ms", "MEAN LAG", 'm', 10},
    {"worst_lag_ms", "WORST LAG", 'w', 10},
    {"tick_rate", "TICKS/s", 't', 8},
    {"buffers", "BUFFERS", 'b', 8},
    {"pipes", "PIPES", 'p', 8},
};

/// What a session had carried at the reading before; none: that is not known.
std::optional<Reading::Session> carried_before(const Reading::Session& now, const Reading::Session* before,
                                               const Rates& rates) {
  if (before) return *before;
  const bool has_begun_since = now.age_ms / 1000 <= rates.seconds();
  return has_begun_since ? std::optional(Reading::Session{}) : std::nullopt;
}

Row row_of(const Reading::Session& now, const Reading::Session* before, const Rates& rates) {
  const auto then = carried_before(now, before, rates);
  const auto rate = [&](std::uint64_t Reading::Session::*bytes) {
    return bytes_each_second(then ? rates.of(now.*bytes, (*then).*bytes) : std::nullopt);
  };
  return {{words(now.id), words(now.client), words(now.listener), words(now.endpoint), words(now.state),
           rate(&Reading::Session::upstream_bytes), rate(&Reading::Session::downstream_bytes),
           bytes(now.upstream_bytes + now.downstream_bytes), time_in_ms(now.age_ms), time_in_ms(now.idle_ms),
           time_in_ms(now.stalled_ms), words(now.held_up_by.empty() ? "-" : now.held_up_by)},
          now.held_up_by.empty() ? Mark::none : Mark::warning};
}

Mark mark_of(const Reading::Endpoint& endpoint) {
  if (endpoint.state == "up") return Mark::none;
  return endpoint.state == "down" || endpoint.state == "unresolved" ? Mark::bad : Mark::warning;
}

std::optional<double> seconds_of(double milliseconds) {
  return milliseconds > 0 ? std::optional(milliseconds / 1000) : std::nullopt;
}

}  // namespace

std::span<const Column> columns_of(View view) noexcept {
  switch (view) {
    case View::sessions:
      return session_columns;
    case View::listeners:
      return listener_columns;
    case View::endpoints:
      return endpoint_columns;
    case View::workers:
      break;
  }
  return worker_columns;
}

std::vector<Row> rows_of_sessions(const Reading& now, const Reading* before) {
  const Rates rates(now, before);
  const Earlier known(before ? &before->sessions : nullptr,
                      [](const Reading::Session& each) { return each.id; });
  std::vector<Row> rows;
  for (const Reading::Session& each : now.sessions) rows.push_back(row_of(each, known.find(each), rates));
  return rows;
}

std::vector<Row> rows_of_listeners(const Reading& now, const Reading* before) {
  const Rates rates(now, before);
  const auto known = by_name(before ? &before->listeners : nullptr);
  std::vector<Row> rows;
  for (const Reading::Listener& each : now.listeners) {
    const auto* const found = known.find(each);
    const Reading::Listener then = found ? *found : Reading::Listener{};
    rows.push_back({{words(each.name), words(each.addresses), count(each.live),
                     each_second(rates.of(each.accepted, then.accepted)),
                     bytes_each_second(rates.of(each.upstream_bytes, then.upstream_bytes)),
                     bytes_each_second(rates.of(each.downstream_bytes, then.downstream_bytes)),
                     count(each.refused), count(each.at_limit)}});
  }
  return rows;
}

std::vector<Row> rows_of_endpoints(const Reading& now, const Reading* before) {
  const Rates rates(now, before);
  const Earlier known(before ? &before->endpoints : nullptr,
                      [](const Reading::Endpoint& each) { return each.upstream + '\n' + each.name; });
  std::vector<Row> rows;
  for (const Reading::Endpoint& each : now.endpoints) {
    const auto* const found = known.find(each);
    const Reading::Endpoint then = found ? *found : Reading::Endpoint{};
    rows.push_back(
        {{words(each.upstream), words(each.name), words(each.state), count(each.live),
          each_second(rates.of(each.connected, then.connected)), latency(seconds_of(each.connect_ms)),
          count(each.failed), each_second(rates.of(each.failed, then.failed)), count(each.weight)},
         mark_of(each)});
  }
  return rows;
}

std::vector<Row> rows_of_workers(const Reading& now, const Reading* before) {
  const Rates rates(now, before);
  const auto known = by_name(before && rates.are_known() ? &before->workers : nullptr);
  std::vector<Row> rows;
  for (const Reading::Worker& each : now.workers) {
    const auto* const then = known.find(each);
    const Lag lag = lag_of(each, then);
    rows.push_back({{words(each.name), count(each.sessions), latency(lag.mean), latency_bound(lag.bound),
                     each_second(then ? rates.of(each.ticks, then->ticks) : std::nullopt),
                     count(each.buffers), count(each.pipes)}});
  }
  return rows;
}

}  // namespace duplexd::duplexctl::top
