#include "core/upstream/upstream.hpp"

#include <sys/socket.h>

namespace duplexd {

void Upstream::call_if_room(const Pick& pick) noexcept {
  if (line().size() > 0 && choose(pick, Tried()).member) line().call_first();
}

void Upstream::eject(const Endpoint& endpoint, Millis now) const noexcept {
  if (endpoint.trust().ejected() || pool_->may_eject()) endpoint.trust().eject(now, config().passive);
}

void Upstream::on_early_reset(const Endpoint& endpoint, Millis now) const noexcept {
  if (endpoint.is_original_destination()) return;
  if (endpoint.trust().on_early_reset(now, config().passive)) eject(endpoint, now);
}

void Upstream::on_served(const Endpoint& endpoint, const SessionEnd& end) const noexcept {
  if (end.downstream_bytes.read > 0) return endpoint.trust().on_service();
  if (end.reason != CloseReason::endpoint_reset || end.duration - end.connecting > config().passive.early)
    return;
  on_early_reset(endpoint, now_in_millis());
}

std::uint32_t Upstream::take_source_turn(int family) noexcept {
  return source_turns_[family == AF_INET6 ? 1 : 0]++;
}

}  // namespace duplexd
