#include "core/upstream/tier.hpp"

#include "core/upstream/policies/maglev.hpp"

#include <algorithm>

namespace duplexd {

Tier::Tier(std::span<const PoolMember> members, bool with_table)
    : members_(members), names_(names_of(members)) {
  take_turns();
  if (with_table) table_ = maglev_table(members);
}

std::vector<Tier::Name> Tier::names_of(std::span<const PoolMember> members) {
  std::vector<Name> names;
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    if (i == 0 || members[i].endpoint->name != members[i - 1].endpoint->name) names.push_back({.first = i});
    ++names.back().addresses;
  }
  return names;
}

void Tier::take_turns() {
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

const PoolMember& Tier::of_turn(std::uint64_t turn) const noexcept {
  const Turn& of_round = turns_[turn % turns_.size()];
  const Name& name = names_[of_round.index];
  const std::uint64_t number = turn / turns_.size() * name.turns + of_round.number;
  return members_[name.first + number % name.addresses];
}

}  // namespace duplexd
