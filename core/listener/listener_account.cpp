#include "core/listener/listener_account.hpp"

#include <algorithm>

namespace duplexd {

// Clients that wait are looked after each tick, which has to find as many as came in it.
void ListenerAccount::set_limits(const ListenerConfig& config, std::size_t most) noexcept {
  const ListenerLimits& limits = config.limits;
  sessions.set_most(most);
  rate.set(limits.rate, std::max(limits.burst ? limits.burst : limits.rate, limits.rate / 5));
  const LimitSet tried = tried_limits(config);
  bandwidth.upstream.set(config.bandwidth.total_upstream, tried.contains(Limit::total_upstream));
  bandwidth.downstream.set(config.bandwidth.total_downstream, tried.contains(Limit::total_downstream));
  handshakes.set(limits.handshakes, tried.contains(Limit::handshakes));
}

// Not so small that a limit that is raised soon needs more.
std::shared_ptr<SourceTable> ListenerAccount::source_table(std::size_t most, std::size_t sources,
                                                           unsigned ipv6_prefix) {
  constexpr std::size_t fewest_sources = 1'024;  // 16 KiB
  const std::size_t room = std::max(sources, fewest_sources);
  if (table_) {
    table_->make_room(room);
  } else {
    table_ = std::make_shared<SourceTable>(most, room, ipv6_prefix);
  }
  return table_;
}

std::shared_ptr<SourceRates> ListenerAccount::source_rates(unsigned ipv6_prefix) {
  if (!rates_) rates_ = std::make_shared<SourceRates>(ipv6_prefix);
  return rates_;
}

void ListenerAccount::forget_unused() noexcept {
  if (table_.use_count() == 1) table_.reset();
  if (rates_.use_count() == 1) rates_.reset();
}

}  // namespace duplexd
