#include "core/upstream/dial/other_family.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace duplexd {
namespace {

// They follow each other in a pool.
std::span<const PoolMember> addresses_of(std::string_view name,
                                         std::span<const PoolMember> members) noexcept {
  const auto has_name = [&](const PoolMember& member) { return member.endpoint->name == name; };
  const auto first = std::ranges::find_if(members, has_name);
  return {first, std::ranges::find_if_not(first, members.end(), has_name)};
}

}  // namespace

Choice other_family(const Pool& pool, const Endpoint& endpoint, Candidates& candidates) noexcept {
  const auto addresses = addresses_of(endpoint.name, pool.members());
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const PoolMember& member = addresses[(candidates.pick().turn + i) % addresses.size()];
    const bool other = member.endpoint->address.family() != endpoint.address.family();
    if (other && candidates.has(member)) return {&member, member.most};
  }
  return {};
}

bool can_dial_as(const PeerAddress& client, const SocketAddress& endpoint) noexcept {
  return client.socket_address().family() == endpoint.family();
}

bool is_silence(std::chrono::milliseconds took, bool answered_others) noexcept {
  constexpr std::chrono::milliseconds least{100};
  return took >= least && !answered_others;
}

}  // namespace duplexd
