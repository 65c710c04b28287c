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
  if (bandwidth_) bandwidth_->set(config.session_upstream, config.session_downstream);
  return bandwidth_ != nullptr;
}

// Fewer bytes wait for more.
std::size_t Session::may_take(Side from, std::size_t most) noexcept {
  if (!has_bandwidth()) return most;
  const auto now = now_in_nanoseconds();
  std::uint64_t bytes = std::min<std::uint64_t>(most, route_.bandwidth.of(from).available(now, worth_a_call));
  if (bandwidth_) bytes = std::min(bytes, bandwidth_->of(from).available(now, worth_a_call));
  return static_cast<std::size_t>(bytes);
}

void Session::on_taken(Side from, std::size_t bytes) noexcept {
  if (!has_bandwidth()) return;
  const auto now = now_in_nanoseconds();
  route_.bandwidth.of(from).take(bytes, now);
  if (bandwidth_) bandwidth_->of(from).take(bytes, now);
}

void Session::retry_at_tick() noexcept {
  retry_due_ = std::min(retry_due_, services().wheel.now() + 1);
  schedule();
}

}  // namespace duplexd
