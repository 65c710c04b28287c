#include "core/upstream/upstream.hpp"

#include "core/upstream/round_robin.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace duplexd {

std::unique_ptr<Balancer> make_balancer(Balance policy) {
  switch (policy) {
    case Balance::round_robin:
      return std::make_unique<RoundRobin>();
  }
  return nullptr;
}

Upstream::Upstream(const UpstreamConfig& config, UpstreamCounters& counters, std::vector<Target> targets)
    : config_(config), counters_(counters), balancer_(make_balancer(config.balance)) {
  replace(std::move(targets));
}

Endpoint* Upstream::acquire(TriedEndpoints& tried) noexcept {
  const std::size_t index = balancer_->pick(endpoints_, tried);
  if (index == Balancer::none) return nullptr;
  tried.add(index);
  Endpoint& endpoint = *endpoints_[index];
  ++endpoint.sessions;
  return &endpoint;
}

void Upstream::release(Endpoint& endpoint) noexcept {
  if (--endpoint.sessions > 0) return;
  std::erase_if(retired_, [&](const auto& retired) { return retired.get() == &endpoint; });
}

const SocketAddress* Upstream::next_source(const Endpoint& endpoint) noexcept {
  const int family = endpoint.target.address.family();
  std::size_t& next = next_source_[family == AF_INET6 ? 1 : 0];
  for (std::size_t i = 0; i < config_.source.size(); ++i) {
    const SocketAddress& source = config_.source[next++ % config_.source.size()];
    if (source.family() == family) return &source;
  }
  return nullptr;
}

void Upstream::replace(std::vector<Target> targets) {
  std::vector<std::unique_ptr<Endpoint>> replacement;
  replacement.reserve(targets.size());
  for (Target& target : targets) replacement.push_back(take_or_make(std::move(target)));
  std::erase_if(endpoints_, [](const auto& left) { return !left || left->sessions == 0; });
  std::ranges::move(endpoints_, std::back_inserter(retired_));
  endpoints_ = std::move(replacement);
}

std::unique_ptr<Endpoint> Upstream::take_or_make(Target target) {
  const auto same = std::ranges::find_if(
      endpoints_, [&](const auto& endpoint) { return endpoint && endpoint->target == target; });
  return same != endpoints_.end() ? std::move(*same) : std::make_unique<Endpoint>(std::move(target));
}

}  // namespace duplexd
