#include "core/config/edge/limit.hpp"

#include "core/config/config.hpp"

#include <array>

namespace duplexd {

std::string_view to_word(Limit limit) noexcept {
  static constexpr std::array<std::string_view, limit_count> words{
      "access",           "sessions",          "per_source",     "rate",
      "per_source_rate",  "handshakes",        "total_upstream", "total_downstream",
      "session_upstream", "session_downstream"};
  return words[static_cast<std::size_t>(limit)];
}

LimitSet tried_limits(const ListenerConfig& listener) noexcept {
  const ListenerLimits& limits = listener.limits;
  const BandwidthConfig& bandwidth = listener.bandwidth;
  const bool has_access = !listener.access.allow.empty() || !listener.access.deny.empty();
  LimitSet tried;
  const auto add = [&tried](Limit limit, bool is_set, bool is_tried) {
    if (is_set && is_tried) tried.add(limit);
  };
  add(Limit::access, has_access, listener.access.dry_run);
  const auto of_limits = [&](Limit limit, std::size_t most) {
    add(limit, most > 0, limits.dry_run.contains(limit));
  };
  of_limits(Limit::sessions, limits.sessions);
  of_limits(Limit::per_source, limits.per_source);
  of_limits(Limit::rate, limits.rate);
  of_limits(Limit::per_source_rate, limits.per_source_rate);
  of_limits(Limit::handshakes, limits.handshakes);
  const auto of_bandwidth = [&](Limit limit, std::size_t most) {
    add(limit, most > 0, bandwidth.dry_run.contains(limit));
  };
  of_bandwidth(Limit::total_upstream, bandwidth.total_upstream);
  of_bandwidth(Limit::total_downstream, bandwidth.total_downstream);
  of_bandwidth(Limit::session_upstream, bandwidth.session_upstream);
  of_bandwidth(Limit::session_downstream, bandwidth.session_downstream);
  return tried;
}

}  // namespace duplexd
