#include "core/reload/explain/explained_choice.hpp"

#include "core/upstream/dial/other_family.hpp"
#include "core/upstream/policies/client_hash.hpp"

#include <algorithm>
#include <map>

namespace duplexd {
namespace {

using Verdict = ExplainedMember::Verdict;

bool is_any(const SocketAddress& address) noexcept {
  return address == SocketAddress::any(address.family(), address.port());
}

/// Where the connector would not dial the member; none: it would.
std::optional<Verdict> obstacle(const Pool& pool, const PoolMember& member, const PeerAddress& client) {
  if (member.leads_back) return Verdict::leads_back;
  const SocketAddress& address = member.endpoint->address;
  const bool as_client = pool.config().source_is_client && !address.is_unix() && address.size() > 0;
  if (as_client && !can_dial_as(client, address)) return Verdict::other_family;
  return std::nullopt;
}

/// One choice after the other, as a connector makes them, until a member can be dialled.
class Choosing {
 public:
  Choosing(const Pool& pool, const Pick& pick, const PeerAddress& client) : pool_(pool), pick_(pick) {
    for (found_ = choose_member(pool, pick, tried_); found_.member;
         found_ = choose_member(pool, pick, tried_)) {
      const auto why = obstacle(pool, *found_.member, client);
      if (!why) break;
      last_obstacle_ = why;
      obstacles_.emplace(found_.member->endpoint, *why);
      tried_.add(*found_.member->endpoint);
    }
    tier_ = serving_tier();
  }

  const MemberFound& found() const noexcept { return found_; }
  std::optional<Verdict> last_obstacle() const noexcept { return last_obstacle_; }

  ExplainedMember explain(const PoolMember& member) const {
    ExplainedMember told{.name = std::string(member.endpoint->name),
                         .address = member.endpoint->address,
                         .tier = pool_.tier_of(*member.endpoint),
                         .weight = member.weight,
                         .live = member.endpoint->sessions().live,
                         .most = member.most};
    const auto met = obstacles_.find(member.endpoint);
    if (met != obstacles_.end()) {
      told.verdict = met->second;
    } else if (told.tier == pool_.tiers().size()) {
      told.verdict = Verdict::weightless;
    } else if (told.tier > tier_) {
      told.verdict = Verdict::later_tier;
    } else {
      told.unfit = unfit(member);
      const Verdict fit = &member == found_.member ? Verdict::chosen : Verdict::other_turn;
      told.verdict = told.unfit == Unfit::no ? fit : Verdict::unfit;
    }
    return told;
  }

 private:
  Unfit unfit(const PoolMember& member) const {
    const Tried none;
    return Candidates(pool_, pick_, none, found_.among).unfit(member);
  }

  // Those that are full are waited for.
  std::size_t serving_tier() const {
    if (found_.member) return pool_.tier_of(*found_.member->endpoint);
    for (const Tier& tier : pool_.tiers()) {
      const auto is_full = [&](const PoolMember& each) { return unfit(each) == Unfit::full; };
      if (found_.all_full && std::ranges::any_of(tier.members(), is_full))
        return static_cast<std::size_t>(&tier - pool_.tiers().data());
    }
    return pool_.tiers().size();
  }

  const Pool& pool_;
  const Pick pick_;
  Tried tried_;
  MemberFound found_;
  std::optional<Verdict> last_obstacle_;
  std::map<const Endpoint*, Verdict> obstacles_;
  std::size_t tier_ = 0;
};

CloseReason reason_of(const Choosing& choosing) {
  if (choosing.last_obstacle() == Verdict::leads_back) return CloseReason::connect_loop;
  if (choosing.last_obstacle() == Verdict::other_family) return CloseReason::connect_other_family;
  return choosing.found().all_down ? CloseReason::all_down : CloseReason::no_endpoint;
}

Certainty certainty_of(const UpstreamConfig& config, const SocketAddress& came_to) {
  switch (config.balance) {
    case Balance::round_robin:
      return Certainty::by_turn;
    case Balance::least_connections:
      return Certainty::by_load;
    case Balance::random:
      return Certainty::random;
    case Balance::source_hash:
    case Balance::consistent_hash:
      return hash_rules(config)->key == HashConfig::Key::destination && is_any(came_to)
                 ? Certainty::by_destination
                 : Certainty::sure;
    case Balance::first:
      break;
  }
  return Certainty::sure;
}

std::uint64_t hash_for(const UpstreamConfig& config, const ChoiceFor& session) {
  const auto rules = hash_rules(config);
  if (!rules) return 0;
  return hash_of(rules->key == HashConfig::Key::source ? session.client : PeerAddress(session.came_to),
                 *rules);
}

bool could_be_had(const ExplainedMember& member) {
  return member.verdict == Verdict::chosen || member.verdict == Verdict::other_turn;
}

void settle_certainty(ExplainedChoice& choice) {
  if (std::ranges::count_if(choice.members, could_be_had) < 2) choice.certainty = Certainty::sure;
  if (choice.certainty != Certainty::random && choice.certainty != Certainty::by_destination) return;
  for (ExplainedMember& member : choice.members)
    if (could_be_had(member)) member.verdict = Verdict::maybe;
}

void add_unresolved(const ServedUpstream& upstream, std::vector<ExplainedMember>& members) {
  for (const ServedEndpoint& endpoint : upstream.endpoints) {
    const auto is_of = [&](const ExplainedMember& each) { return each.name == endpoint.account->name; };
    if (std::ranges::none_of(members, is_of))
      members.push_back({.verdict = Verdict::unresolved,
                         .name = endpoint.account->name,
                         .weight = endpoint.weight(),
                         .most = endpoint.config.max_sessions});
  }
}

// Those that wait already come before a session that has just begun.
void settle_end(const Choosing& choosing, std::size_t max_waiting, ExplainedChoice& choice) {
  choice.waits = choosing.found().all_full || choice.waiting > 0;
  const bool queue_is_full = choice.waits && choice.waiting >= max_waiting;
  choice.is_refused = queue_is_full || (!choice.waits && !choosing.found().member);
  choice.waits &= !queue_is_full;
  if (choice.is_refused) choice.reason = queue_is_full ? CloseReason::queue_full : reason_of(choosing);
}

}  // namespace

ExplainedChoice explain_choice(const ServedUpstream& upstream, const ChoiceFor& session) {
  const Pool& pool = *upstream.pool;
  ExplainedChoice choice{.certainty = certainty_of(pool.config(), session.came_to),
                         .waiting = upstream.account->line.size(),
                         .turn = upstream.account->turns.load(std::memory_order_relaxed)};
  const Pick pick{.turn = choice.turn, .hash = hash_for(pool.config(), session), .now = session.now};
  const Choosing choosing(pool, pick, session.client);
  choice.among = choosing.found().among;
  for (const PoolMember& member : pool.members()) choice.members.push_back(choosing.explain(member));
  settle_certainty(choice);
  add_unresolved(upstream, choice.members);
  settle_end(choosing, pool.config().max_waiting, choice);
  return choice;
}

}  // namespace duplexd
