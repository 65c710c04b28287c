#include "core/upstream/pool.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

bool weightless(const PoolMember& member) { return member.weight == 0; }

/// Those before the first that `is_one` says no to.
template <class Is>
std::span<const PoolMember> leading(std::span<const PoolMember> members, Is is_one) {
  const auto end = std::ranges::find_if_not(members, is_one);
  return members.first(static_cast<std::size_t>(end - members.begin()));
}

bool of_same_name(const PoolMember& one, const PoolMember& other) {
  return one.endpoint->name == other.endpoint->name;
}

void mark_two_families(std::vector<PoolMember>& members) {
  for (auto first = members.begin(), end = first; first != members.end(); first = end) {
    const auto is_other = [&](const PoolMember& each) { return !of_same_name(*first, each); };
    end = std::find_if(first, members.end(), is_other);
    const int family = first->endpoint->address.family();
    const bool two = std::any_of(
        first, end, [&](const PoolMember& each) { return each.endpoint->address.family() != family; });
    std::for_each(first, end, [&](PoolMember& each) { each.two_families = two; });
  }
}

}  // namespace

bool EndpointReach::operator==(const EndpointReach& other) const {
  return same_tunnel(tunnel, other.tunnel) && tls == other.tls && claims == other.claims;
}

Pool::Pool(std::shared_ptr<const UpstreamConfig> config, std::vector<Member> members, EndpointReach reach)
    : config_(std::move(config)), members_(std::move(members)), reach_(std::move(reach)) {
  make_tiers();
  has_limits_ =
      std::ranges::any_of(members_, [](const Member& each) { return each.most != EndpointHold::any; });
  for (const SocketAddress& source : config_->source)
    sources_[source.family() == AF_INET6 ? 1 : 0].push_back(source);
}

std::vector<PoolMember> Pool::in_order(std::vector<Member> members) {
  std::ranges::stable_sort(members, {},
                           [](const Member& each) { return std::pair(each.priority, weightless(each)); });
  mark_two_families(members);
  return members;
}

void Pool::make_tiers() {
  for (std::span<const Member> left(members_); !left.empty();) {
    const auto priority = left.front().priority;
    const auto same = leading(left, [&](const Member& each) { return each.priority == priority; });
    const auto with_weight = leading(same, [](const Member& each) { return !weightless(each); });
    if (!with_weight.empty()) tiers_.emplace_back(with_weight, config_->balance == Balance::consistent_hash);
    left = left.subspan(same.size());
  }
}

std::size_t Pool::tier_of(const Endpoint& endpoint) const noexcept {
  for (std::size_t i = 0; i < tiers_.size(); ++i) {
    if (std::ranges::find(tiers_[i].members(), &endpoint, &Member::endpoint) != tiers_[i].members().end())
      return i;
  }
  return tiers_.size();
}

bool Pool::may_eject() const noexcept {
  const auto ejected = static_cast<std::size_t>(
      std::ranges::count_if(members_, [](const Member& each) { return each.endpoint->trust().ejected(); }));
  const std::size_t share = members_.size() * config_->passive.share / 100;
  return members_.size() > 1 && ejected < std::max<std::size_t>(share, 1);
}

std::span<const SocketAddress> Pool::sources(int family) const noexcept {
  if (family != AF_INET && family != AF_INET6) return {};
  return sources_[family == AF_INET6 ? 1 : 0];
}

}  // namespace duplexd
