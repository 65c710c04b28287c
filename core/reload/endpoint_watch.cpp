#include "core/reload/endpoint_watch.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace duplexd {
namespace {

std::vector<Watched> watched(const Pool& pool) {
  const auto& header = pool.config().proxy_protocol;
  const auto proxy = header.enabled ? std::optional(header.version) : std::nullopt;
  std::vector<Watched> all;
  for (const Pool::Member& member : pool.members()) {
    const Endpoint& endpoint = *member.endpoint;
    const auto sources = pool.sources(endpoint.address.family());
    all.push_back({&endpoint,
                   endpoint.address,
                   std::string(endpoint.name),
                   {sources.begin(), sources.end()},
                   pool.config().endpoint.network,
                   proxy,
                   pool.tunnel()});
  }
  return all;
}

std::unordered_set<const Endpoint*> endpoints_of(const Pool* pool) {
  std::unordered_set<const Endpoint*> endpoints;
  if (!pool) return endpoints;
  for (const Pool::Member& member : pool->members()) endpoints.insert(member.endpoint);
  return endpoints;
}

/// Nothing is known of those that `before` (null: there is none) does not have.
void take_as_up(const Pool& pool, const Pool* before) {
  const auto known = endpoints_of(before);
  for (const Pool::Member& member : pool.members()) {
    if (!known.contains(member.endpoint)) member.endpoint->set_up(true, 0);
  }
}

}  // namespace

EndpointWatch::EndpointWatch(boost::asio::io_context& control, EventSink& sink, std::uint32_t control_number,
                             std::function<void()> on_standing)
    : sink_(sink),
      number_(control_number),
      on_standing_(std::move(on_standing)),
      monitor_(
          control,
          [this](const void* id, bool up, std::string_view words) {
            on_checked(*static_cast<const Endpoint*>(id), up, words);
          },
          [](const void* id, CheckResult::Outcome outcome) {
            static_cast<const Endpoint*>(id)->count_check(outcome);
          }) {}

void EndpointWatch::follow(const Generation& served) {
  std::erase_if(followed_, [&](const auto& each) {
    const bool gone = served.find(*each.second.account) == nullptr;
    if (gone) monitor_.forget(each.first);
    return gone;
  });
  for (const ServedUpstream& upstream : served.upstreams()) follow(upstream);
}

// The pool is kept as long as its endpoints are checked.
void EndpointWatch::follow(const ServedUpstream& upstream) {
  const std::shared_ptr<const Pool>& pool = upstream.pool;
  Followed& known = followed_[upstream.account->name];
  if (known.pool == pool) return;
  known.account = upstream.account;
  const bool checked = pool->config().check.type != CheckType::off;
  take_as_up(*pool, checked ? known.pool.get() : nullptr);
  monitor_.watch(upstream.account->name, watched(*pool), {pool->shared_config(), &pool->config().check});
  known.pool = pool;
}

std::vector<EndpointState> EndpointWatch::known(const Generation& served) const {
  std::vector<EndpointState> all;
  for (const ServedUpstream& upstream : served.upstreams()) {
    for (const Pool::Member& member : upstream.pool->members()) {
      EndpointState state =
          state_of(upstream.account->name, *member.endpoint, monitor_.state(member.endpoint));
      if (state.says_something()) all.push_back(std::move(state));
    }
  }
  return all;
}

void EndpointWatch::begin_with(const Generation& served, const std::vector<EndpointState>& known) {
  std::map<EndpointState::Key, const EndpointState*> states;
  for (const EndpointState& each : known) states.emplace(each.key(), &each);
  for (const ServedUpstream& upstream : served.upstreams()) {
    for (const Pool::Member& member : upstream.pool->members()) {
      const auto found = states.find(key_of(upstream.account->name, *member.endpoint));
      if (found != states.end()) begin_with(*member.endpoint, *found->second);
    }
  }
}

// One whose checks are off by now counts as up.
void EndpointWatch::begin_with(const Endpoint& endpoint, const EndpointState& known) {
  const auto check = known.check_state();
  const bool is_checked = check && monitor_.begin_with(&endpoint, *check);
  endpoint.set_up(!is_checked || counts_as_up(check->health.health()), known.up_since);
  endpoint.trust().begin_with(known.trust);
  if (endpoint.trust().ejected()) ejected_.insert(&endpoint);
  endpoint.seen().begin_with(endpoint.standing_in_all(), SeenStanding::Time(known.since));
}

void EndpointWatch::on_checked(const Endpoint& endpoint, bool up, std::string_view words) noexcept {
  endpoint.set_up(up, now_in_millis());
  if (up) endpoint.trust().forgive();
  sink_.notice({.kind = up ? Notice::Kind::endpoint_up : Notice::Kind::endpoint_down,
                .worker = number_,
                .subject = endpoint.name,
                .words = words,
                .upstream = upstream_of(endpoint),
                .address = endpoint.peer});
  on_standing_();
}

void EndpointWatch::look(const Generation& served) {
  const auto now = std::chrono::system_clock::now();
  std::unordered_set<const Endpoint*> ejected;
  for (const ServedUpstream& upstream : served.upstreams()) {
    for (const Pool::Member& member : upstream.pool->members()) {
      member.endpoint->seen().see(member.endpoint->standing_in_all(), now);
      const bool is_ejected = member.endpoint->trust().ejected();
      if (is_ejected) ejected.insert(member.endpoint);
      if (is_ejected != ejected_.contains(member.endpoint))
        report_ejection(upstream.account->name, *member.endpoint, is_ejected);
    }
  }
  ejected_ = std::move(ejected);
}

void EndpointWatch::report_ejection(std::string_view upstream, const Endpoint& endpoint,
                                    bool ejected) noexcept {
  const Millis left = endpoint.trust().ejected_until() - now_in_millis();
  sink_.notice({.kind = ejected ? Notice::Kind::endpoint_ejected : Notice::Kind::endpoint_readmitted,
                .worker = number_,
                .subject = endpoint.name,
                .upstream = upstream,
                .address = endpoint.peer,
                .count = ejected ? static_cast<std::uint64_t>(std::max<Millis>(left, 0)) : 0});
}

std::string_view EndpointWatch::upstream_of(const Endpoint& endpoint) const noexcept {
  for (const auto& [name, followed] : followed_) {
    const auto members = followed.pool ? followed.pool->members() : std::span<const Pool::Member>();
    if (std::ranges::find(members, &endpoint, &Pool::Member::endpoint) != members.end())
      return followed.account->name;
  }
  return {};
}

}  // namespace duplexd
