// The parts of a generation: those that stay as they were, and those that are made.
#include "core/reload/generation.hpp"
#include "core/reload/parts/pool_maker.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace duplexd {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max() / 2;

std::size_t or_unlimited(std::size_t limit) { return limit ? limit : unlimited; }

SourceLimits source_limits(ListenerAccount& account, const ListenerLimits& limits,
                           std::size_t most_sessions) {
  const std::size_t sources = std::min(or_unlimited(limits.sessions), most_sessions);
  SourceLimits made;
  if (limits.per_source > 0)
    made.sessions = account.source_table(limits.per_source, sources, limits.ipv6_source_prefix);
  if (limits.per_source_rate > 0) made.rates = account.source_rates(limits.ipv6_source_prefix);
  return made;
}

/// Also of what is known already and not yet told.
bool has_news(const ServedUpstream& upstream) noexcept {
  const auto is_about_to_tell = [](const ServedEndpoint& endpoint) {
    return endpoint.host() && endpoint.name.has_news();
  };
  return upstream.has_news || std::ranges::any_of(upstream.endpoints, is_about_to_tell);
}

}  // namespace

std::size_t most_sessions_of(const ListenerConfig& listener) noexcept {
  return or_unlimited(listener.limits.sessions);
}

void Generation::make_parts(const Generation* before, std::size_t most_sessions) {
  for (std::size_t i = 0; i < upstreams_.size(); ++i) make_upstream_part(i, before);
  make_pools(before);
  for (std::size_t i = 0; i < config_->listeners.size(); ++i) {
    listeners_.push_back(listener_part(i, before, most_sessions));
    places_.emplace(listeners_.back().account.get(), i);
  }
  make_acceptors(before);
}

ServedListener Generation::listener_part(std::size_t index, const Generation* before,
                                         std::size_t most_sessions) const {
  const ListenerConfig& config = config_->listeners[index];
  ServedListener part{.account = around_.registry.listeners[config.name], .upstream = config.upstream};
  for (const RouteConfig& item : config.routes) part.routed.push_back(item.upstream);
  part.tls = tls_.listeners[index];
  part.sources = source_limits(*part.account, config.limits, most_sessions);
  const ServedListener* const earlier = before ? before->find(*part.account) : nullptr;
  const bool same = earlier && same_settings(*earlier->config, config);
  part.config = same ? earlier->config : std::make_shared<const ListenerConfig>(config);
  if (earlier) {
    part.on_worker = earlier->on_worker;
    return part;
  }
  for (unsigned i = 0; i < around_.workers.size(); ++i) {
    part.on_worker.push_back(
        std::make_shared<Listener>(around_.workers[i].services(), part.account, around_.process));
  }
  return part;
}

void Generation::make_upstream_part(std::size_t index, const Generation* before) {
  ServedUpstream& part = upstreams_[index];
  const UpstreamConfig& config = config_->upstreams[index];
  const ServedUpstream* const earlier = before ? before->find(*part.account) : nullptr;
  const bool same = earlier && *earlier->config == config;
  part.config = same ? earlier->config : std::make_shared<const UpstreamConfig>(config);
  if (earlier) {
    part.on_worker = earlier->on_worker;
    return;
  }
  for (unsigned i = 0; i < around_.workers.size(); ++i)
    part.on_worker.push_back(std::make_shared<Upstream>(part.account, i));
}

// No worker knows the upstreams yet that are new.
void Generation::make_pools(const Generation* before) {
  const PoolMaker maker(*config_, addresses_, upstreams_);
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    ServedUpstream& part = upstreams_[i];
    const ServedUpstream* const earlier = before ? before->find(*part.account) : nullptr;
    std::vector<Pool::Member> members = maker.members_of(i);
    part.has_news = false;
    EndpointReach reach{tls_.upstreams[i], tunnels_[i], maker.claims_of(i)};
    if (earlier && earlier->config == part.config && earlier->pool->reach() == reach &&
        std::ranges::equal(members, earlier->pool->members())) {
      part.pool = earlier->pool;
      continue;
    }
    part.pool = part.account->make_pool(part.config, std::move(members), std::move(reach));
    if (earlier) continue;
    for (const auto& upstream : part.on_worker) upstream->use(std::shared_ptr(part.pool));
  }
}

void Generation::make_acceptors(const Generation* before) {
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    for (const auto& address : addresses_[i]) {
      if (before && before->acceptors_.contains(address.get())) {
        acceptors_.emplace(address.get(), before->acceptors(*address));
        continue;
      }
      Acceptances made;
      for (const FileDescriptor& socket : address->opened.sockets) {
        const auto& listener = listeners_[i].on_worker[made.size() % around_.workers.size()];
        made.push_back(std::make_shared<Acceptor>(*listener, socket.get()));
      }
      acceptors_.emplace(address.get(), std::move(made));
    }
  }
}

void Generation::follow_names() {
  if (std::ranges::none_of(upstreams_, has_news)) return;
  const PoolMaker maker(*config_, addresses_, upstreams_);
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    if (!has_news(upstreams_[i])) continue;
    follow_names(i, maker.members_of(i));
    upstreams_[i].has_news = false;
  }
}

void Generation::follow_names(std::size_t upstream, std::vector<Pool::Member> members) {
  ServedUpstream& part = upstreams_[upstream];
  const std::size_t count = members.size();
  if (!renew_pool(part, std::move(members))) return;
  around_.sink.notice({.kind = Notice::Kind::resolve_changed,
                       .worker = around_.workers.size(),
                       .subject = part.account->name,
                       .count = count});
}

// Names first: what they have brought is reported as theirs.
void Generation::obey(const UpstreamAccount& upstream, EndpointAccount& endpoint, const Order& order) {
  const auto weight_before = endpoint.weight();
  duplexd::obey(endpoint, order);
  if (weight_before == order.weight) return;
  follow_names();
  const std::size_t place = places_.at(&upstream);
  renew_pool(upstreams_[place], PoolMaker(*config_, addresses_, upstreams_).members_of(place));
}

// False: it has them already.
bool Generation::renew_pool(ServedUpstream& part, std::vector<Pool::Member> members) {
  if (std::ranges::equal(members, part.pool->members())) return false;
  const auto pool = part.account->make_pool(part.config, std::move(members), part.pool->reach());
  auto tasks = around_.workers.prepare([&, worker = std::size_t{0}](Worker&) mutable {
    return [upstream = part.on_worker[worker++], pool] {
      upstream->use(std::shared_ptr(pool));
      return Progress::done;
    };
  });
  part.pool = pool;
  around_.workers.tell(tasks);
  return true;
}

}  // namespace duplexd
