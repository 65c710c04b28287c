#include "core/reload/generation.hpp"

#include "core/reload/pool_maker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace duplexd {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max() / 2;

std::size_t or_unlimited(std::size_t limit) { return limit ? limit : unlimited; }

template <class Part>
std::shared_ptr<const Part> part_of(const std::shared_ptr<const Config>& config, const Part& part) {
  return {config, &part};
}

void set_limit(const ListenerLimits& limits, std::size_t most_sessions, SharedLimits& shared) {
  shared.sessions.set_most(or_unlimited(limits.sessions));
  if (limits.per_source == 0) return shared.sources.reset();
  const std::size_t sources = std::min(or_unlimited(limits.sessions), most_sessions);
  if (shared.sources && shared.sources->fits(sources, limits.ipv6_source_prefix))
    return shared.sources->set_most(limits.per_source);
  shared.sources = std::make_shared<SourceTable>(limits.per_source, sources, limits.ipv6_source_prefix);
}

}  // namespace

Generation::Generation(boost::asio::io_context& control, std::shared_ptr<const Config> config,
                       Registry& registry, EventSink& sink, unsigned workers)
    : config_(std::move(config)), registry_(registry), workers_(workers) {
  for (const UpstreamConfig& upstream : config_->upstreams) {
    resolvers_.emplace_back(control, upstream, registry_.upstreams[upstream.name], sink, workers);
  }
}

void Generation::resolve_all() {
  for (UpstreamResolver& resolver : resolvers_) resolver.resolve_all();
}

void Generation::resolve_missing(const Generation& earlier, const std::function<void()>& done) {
  const auto pending = std::make_shared<std::size_t>(resolvers_.size());
  for (UpstreamResolver& resolver : resolvers_) {
    const auto known = std::ranges::find(earlier.resolvers_, &resolver.account(),
                                         [](const UpstreamResolver& one) { return &one.account(); });
    if (known != earlier.resolvers_.end()) resolver.adopt(*known);
    resolver.resolve_missing([pending, done] {
      if (--*pending == 0) done();
    });
  }
}

StartResult<void> Generation::check_names() const {
  for (std::size_t i = 0; i < resolvers_.size(); ++i) {
    const UpstreamConfig& upstream = config_->upstreams[i];
    const std::string missing = resolvers_[i].missing();
    if (missing.empty() || !upstream.resolve.required) continue;
    return StartFailure{StartFailure::Kind::system,
                        fmt::format("upstream {}: host {} has no address; to start without it, set "
                                    "upstreams.{}.resolve.at_start to optional",
                                    upstream.name, missing, upstream.name),
                        fmt::format("upstreams.{}.endpoints", upstream.name)};
  }
  return {};
}

StartResult<void> Generation::open(const OpenAddresses& current, InheritedSockets& inherited) {
  StartResult<OpenAddresses> opened = open_addresses(*config_, workers_, current, inherited);
  if (!opened) return opened.error();
  addresses_ = std::move(*opened);
  return configure();
}

void Generation::set_limits(std::map<const ListenerAccount*, SharedLimits>& limits,
                            std::size_t most_sessions) const {
  for (const ListenerConfig& listener : config_->listeners) {
    set_limit(listener.limits, most_sessions, limits[&registry_.listeners[listener.name]]);
  }
}

void Generation::make_pools() {
  registry_.configure(*config_);
  const PoolMaker maker(config_, addresses_, resolvers_);
  pools_.clear();
  for (std::size_t i = 0; i < resolvers_.size(); ++i) pools_.push_back(maker.make(i));
}

WorkerPlan Generation::plan(std::uint32_t worker,
                            std::map<const ListenerAccount*, SharedLimits>& limits) const {
  WorkerPlan plan{.config = config_, .upstreams = {}, .listeners = {}};
  for (std::size_t i = 0; i < config_->upstreams.size(); ++i) {
    plan.upstreams.push_back({&resolvers_[i].account(), pools_[i]});
  }
  for (std::size_t i = 0; i < config_->listeners.size(); ++i) {
    const ListenerConfig& listener = config_->listeners[i];
    ListenerAccount& account = registry_.listeners[listener.name];
    SharedLimits& shared = limits[&account];
    plan.listeners.push_back({&account, &shared.sessions, plan.upstreams[listener.upstream].account,
                              shared.sources, part_of(config_, listener), sockets_of(i, worker)});
  }
  return plan;
}

std::vector<int> Generation::sockets_of(std::size_t listener, std::uint32_t worker) const {
  std::vector<int> sockets;
  for (const auto& address : addresses_[listener]) {
    for (std::size_t i = worker; i < address->opened.sockets.size(); i += workers_)
      sockets.push_back(address->opened.sockets[i].get());
  }
  return sockets;
}

void Generation::start_resolving(const OnPool& on_pool) {
  for (std::size_t i = 0; i < resolvers_.size(); ++i) {
    resolvers_[i].start([this, i, on_pool] {
      pools_[i] = PoolMaker(config_, addresses_, resolvers_).make(i);
      on_pool(resolvers_[i].account(), pools_[i]);
    });
  }
}

std::vector<Target> Generation::targets(const std::string& upstream) const {
  const auto known = std::ranges::find(
      resolvers_, upstream, [](const UpstreamResolver& resolver) { return resolver.account().name; });
  return known == resolvers_.end() ? std::vector<Target>{} : known->targets();
}

}  // namespace duplexd
