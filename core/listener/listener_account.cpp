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

std::shared_ptr<SourceTable> ListenerAccount::source_table(std::size_t most, std::size_t sources,
                                                           unsigned ipv6_prefix) {
  const auto fits = [&](const auto& table) { return table->fits(sources, ipv6_prefix); };
  if (const auto known = std::ranges::find_if(tables_, fits); known != tables_.end()) return *known;
  tables_.push_back(std::make_shared<SourceTable>(most, sources, ipv6_prefix));
  return tables_.back();
}

std::shared_ptr<SourceRates> ListenerAccount::source_rates(unsigned ipv6_prefix) {
  const auto fits = [&](const auto& rates) { return rates->ipv6_prefix() == ipv6_prefix; };
  if (const auto known = std::ranges::find_if(rates_, fits); known != rates_.end()) return *known;
  rates_.push_back(std::make_shared<SourceRates>(ipv6_prefix));
  return rates_.back();
}

void ListenerAccount::forget_unused() noexcept {
  std::erase_if(tables_, [](const auto& table) { return table.use_count() == 1; });
  std::erase_if(rates_, [](const auto& rates) { return rates.use_count() == 1; });
}

}  // namespace duplexd
