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

Upstream::Upstream(UpstreamAccount& account, std::uint32_t worker) : account_(account), worker_(worker) {}

void Upstream::configure(std::shared_ptr<const UpstreamConfig> config, const std::vector<Target>& targets) {
  if (!config_ || config_->balance != config->balance) balancer_ = make_balancer(config->balance);
  config_ = std::move(config);
  replace(targets);
  mark_removed();
}

void Upstream::retire() {
  replace({});
  for (const auto& endpoint : retired_) endpoint->removed = true;
}

Endpoint* Upstream::acquire(TriedEndpoints& tried) noexcept {
  const std::size_t index = balancer_->pick(endpoints_, tried);
  if (index == Balancer::none) return nullptr;
  tried.add(index);
  Endpoint& endpoint = *endpoints_[index];
  ++endpoint.sessions;
  endpoint.counters.chosen.add();
  return &endpoint;
}

void Upstream::release(Endpoint& endpoint) noexcept {
  endpoint.counters.left.add();
  if (--endpoint.sessions > 0) return;
  std::erase_if(retired_, [&](const auto& retired) { return retired.get() == &endpoint; });
}

const SocketAddress* Upstream::next_source(const Endpoint& endpoint) noexcept {
  const int family = endpoint.target.address.family();
  std::size_t& next = next_source_[family == AF_INET6 ? 1 : 0];
  for (std::size_t i = 0; i < config_->source.size(); ++i) {
    const SocketAddress& source = config_->source[next++ % config_->source.size()];
    if (source.family() == family) return &source;
  }
  return nullptr;
}

void Upstream::replace(const std::vector<Target>& targets) {
  std::vector<std::unique_ptr<Endpoint>> replacement;
  replacement.reserve(targets.size());
  for (const Target& target : targets) replacement.push_back(take_or_make(target));
  std::erase_if(endpoints_, [](const auto& left) { return !left || left->sessions == 0; });
  std::ranges::move(endpoints_, std::back_inserter(retired_));
  endpoints_ = std::move(replacement);
}

std::unique_ptr<Endpoint> Upstream::take_or_make(const Target& target) {
  for (auto* known : {&endpoints_, &retired_}) {
    const auto same = std::ranges::find_if(
        *known, [&](const auto& endpoint) { return endpoint && endpoint->target.same_place(target); });
    if (same == known->end()) continue;
    std::unique_ptr<Endpoint> taken = std::move(*same);
    if (known == &retired_) retired_.erase(same);
    taken->target.weight = target.weight;
    taken->removed = false;
    return taken;
  }
  return std::make_unique<Endpoint>(target, worker_);
}

void Upstream::mark_removed() noexcept {
  for (const auto& endpoint : retired_) {
    endpoint->removed = std::ranges::none_of(config_->endpoints, [&](const EndpointConfig& configured) {
      return configured.name == endpoint->target.name();
    });
  }
}

}  // namespace duplexd
