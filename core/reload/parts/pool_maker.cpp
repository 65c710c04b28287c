#include "core/reload/parts/pool_maker.hpp"

#include "core/net/socket/diag/listening_table.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

constexpr std::uint32_t last_priority = 1'000;  // after all that a file may give

std::vector<std::shared_ptr<UpstreamAccount>> accounts_of(const std::vector<ServedUpstream>& upstreams) {
  std::vector<std::shared_ptr<UpstreamAccount>> accounts;
  for (const ServedUpstream& upstream : upstreams) accounts.push_back(upstream.account);
  return accounts;
}

std::vector<std::vector<Target>> targets_of(const std::vector<ServedUpstream>& upstreams) {
  std::vector<std::vector<Target>> all;
  for (const ServedUpstream& upstream : upstreams) all.push_back(upstream.targets());
  return all;
}

std::vector<std::vector<SocketAddress>> addresses_of(const std::vector<std::vector<Target>>& targets) {
  std::vector<std::vector<SocketAddress>> all;
  for (const auto& upstream : targets) {
    auto& addresses = all.emplace_back();
    for (const Target& target : upstream) addresses.push_back(target.address);
  }
  return all;
}

bool is_where_clients_want_to_go(const Target& target) { return target.address.size() == 0; }

}  // namespace

PoolMaker::PoolMaker(const Config& config, const OpenAddresses& addresses,
                     const std::vector<ServedUpstream>& upstreams)
    : config_(config),
      addresses_(addresses),
      accounts_(accounts_of(upstreams)),
      targets_(targets_of(upstreams)),
      loops_(config, bound_addresses(addresses), host_, addresses_of(targets_)) {}

std::vector<Pool::Member> PoolMaker::members_of(std::size_t upstream) const {
  std::vector<Pool::Member> members;
  for (const Target& target : targets_[upstream]) members.push_back(member(upstream, target));
  return Pool::in_order(std::move(members));
}

std::vector<Claim> PoolMaker::claims_of(std::size_t upstream) const {
  std::vector<Claim> claims;
  if (std::ranges::none_of(targets_[upstream], is_where_clients_want_to_go)) return claims;
  for (std::size_t i = 0; i < config_.listeners.size(); ++i) {
    if (!std::ranges::binary_search(upstreams_of(config_.listeners[i]), upstream)) continue;
    for (const auto& open : addresses_[i]) claims.push_back(claim_of(open->opened.sockets.front().get()));
  }
  return claims;
}

Pool::Member PoolMaker::member(std::size_t upstream, const Target& target) const {
  UpstreamAccount& account = *accounts_[upstream];
  const EndpointConfig& config = target.config;
  return {.endpoint = &target.account->at(target.address, account.last_serial),
          .weight = config.weight,
          .priority = config.backup ? last_priority : config.priority,
          .most = config.max_sessions,
          .share = target.share,
          .leads_back = loops_.way_back(upstream, target.address) != nullptr,
          .may_meet_itself = is_where_clients_want_to_go(target) ||
                             (!target.address.is_unix() && host_.has(target.address))};
}

}  // namespace duplexd
