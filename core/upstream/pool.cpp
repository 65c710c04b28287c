#include "core/upstream/pool.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace duplexd {

Pool::Pool(std::shared_ptr<const UpstreamConfig> config, std::vector<Member> members)
    : config_(std::move(config)), members_(std::move(members)), names_(names_of(members_)) {
  take_turns();
  for (const SocketAddress& source : config_->source)
    sources_[source.family() == AF_INET6 ? 1 : 0].push_back(source);
}

std::vector<Pool::Name> Pool::names_of(std::span<const Member> members) {
  std::vector<Name> names;
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    if (i == 0 || members[i].endpoint->name != members[i - 1].endpoint->name) names.push_back({.first = i});
    ++names.back().addresses;
  }
  return names;
}

void Pool::take_turns() {
  std::vector<unsigned> weights;
  weights.reserve(names_.size());
  for (const Name& name : names_) weights.push_back(members_[name.first].weight);
  turns_ = order_of_turns(std::move(weights));
  for (const Turn& turn : turns_)
    names_[turn.index].turns = std::max(names_[turn.index].turns, turn.number + 1);
  std::uint32_t rounds = 0;
  for (const Name& name : names_) rounds = std::max(rounds, (name.addresses + name.turns - 1) / name.turns);
  rotation_ = std::uint64_t{rounds} * turns_.size();
}

const Pool::Member& Pool::member_of(std::uint64_t turn) const noexcept {
  const Turn& of_round = turns_[turn % turns_.size()];
  const Name& name = names_[of_round.index];
  const std::uint64_t number = turn / turns_.size() * name.turns + of_round.number;
  return members_[name.first + number % name.addresses];
}

std::span<const SocketAddress> Pool::sources(int family) const noexcept {
  if (family != AF_INET && family != AF_INET6) return {};
  return sources_[family == AF_INET6 ? 1 : 0];
}

}  // namespace duplexd
