// How much a session may move.
#include "core/session/session.hpp"

#include <algorithm>

namespace duplexd {

constexpr std::uint64_t worth_a_call = 16 * 1024;

// Before it relays. False: there is no memory.
bool Session::take_bandwidth() noexcept {
  const BandwidthConfig& config = route_.config().bandwidth;
  if (!config.limits_sessions()) return true;
  bandwidth_ = services().bandwidths.create();
  if (!bandwidth_) return false;
  bandwidth_->upstream.set(config.session_upstream, config.dry_run.contains(Limit::session_upstream));
  bandwidth_->downstream.set(config.session_downstream, config.dry_run.contains(Limit::session_downstream));
  return true;
}

// Fewer bytes wait for more.
std::size_t Session::may_take(Side from, std::size_t most) const noexcept {
  const Bandwidth& of_all = route_.bandwidth.of(from);
  if (!bandwidth_ && !of_all.is_set()) return most;
  const auto now = now_in_nanoseconds();
  std::uint64_t bytes = std::min<std::uint64_t>(most, of_all.available(now, worth_a_call));
  if (bandwidth_) bytes = std::min(bytes, bandwidth_->of(from).available(now, worth_a_call));
  return static_cast<std::size_t>(bytes);
}

void Session::on_taken(Side from, std::size_t bytes) noexcept {
  Bandwidth& of_all = route_.bandwidth.of(from);
  if (!bandwidth_ && !of_all.is_set()) return;
  const bool is_upstream = from == Side::client;
  const auto now = now_in_nanoseconds();
  on_beyond_tried(is_upstream ? Limit::total_upstream : Limit::total_downstream, of_all.take(bytes, now));
  if (bandwidth_)
    on_beyond_tried(is_upstream ? Limit::session_upstream : Limit::session_downstream,
                    bandwidth_->of(from).take(bytes, now));
}

void Session::on_beyond_tried(Limit limit, std::uint64_t count) noexcept {
  if (count == 0) return;
  beyond_tried_.add(limit);
  route_.counters.beyond_tried[static_cast<std::size_t>(limit)].add(count);
}

void Session::retry_at_tick() noexcept {
  retry_due_ = std::min(retry_due_, services().wheel.now() + 1);
  schedule();
}

}  // namespace duplexd
