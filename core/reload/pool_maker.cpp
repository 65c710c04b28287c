#include "core/reload/pool_maker.hpp"

#include <utility>

namespace duplexd {
namespace {

std::vector<std::vector<SocketAddress>> addresses_of(const std::deque<UpstreamResolver>& resolvers) {
  std::vector<std::vector<SocketAddress>> all;
  for (const UpstreamResolver& resolver : resolvers) {
    auto& addresses = all.emplace_back();
    for (const Target& target : resolver.targets()) addresses.push_back(target.address);
  }
  return all;
}

}  // namespace

PoolMaker::PoolMaker(std::shared_ptr<const Config> config, const OpenAddresses& addresses,
                     const std::deque<UpstreamResolver>& resolvers)
    : config_(std::move(config)),
      resolvers_(resolvers),
      loops_(*config_, bound_addresses(addresses), host_, addresses_of(resolvers)) {}

std::shared_ptr<const Pool> PoolMaker::make(std::size_t upstream) const {
  const UpstreamResolver& resolver = resolvers_[upstream];
  std::vector<Pool::Member> members;
  for (const Target& target : resolver.targets()) members.push_back(member(upstream, target));
  std::shared_ptr<const UpstreamConfig> part(config_, &config_->upstreams[upstream]);
  return resolver.account().make_pool(std::move(part), std::move(members));
}

Pool::Member PoolMaker::member(std::size_t upstream, const Target& target) const {
  return {.endpoint = &target.account->at(target.address),
          .weight = target.weight,
          .leads_back = loops_.way_back(upstream, target.address) != nullptr,
          .may_meet_itself = !target.address.is_unix() && host_.has(target.address)};
}

}  // namespace duplexd
