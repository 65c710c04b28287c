#include "core/reload/parts/plan_maker.hpp"

#include <algorithm>
#include <unordered_set>

namespace duplexd {

namespace {

/// Whether sessions whose endpoint takes no more fare the same under both.
bool lets_stay_alike(const UpstreamConfig& one, const UpstreamConfig& other) {
  return one.on_removed == other.on_removed && one.on_down == other.on_down &&
         one.on_drained == other.on_drained && one.on_up == other.on_up;
}

class PlanMaker {
 public:
  PlanMaker(const Generation& next, const Generation* before, std::uint32_t worker)
      : next_(next), before_(before), worker_(worker) {}

  WorkerPlan make() {
    plan_.drain = next_.config().drain;
    plan_.close_spread = next_.config().close_spread;
    for (const ServedUpstream& upstream : next_.upstreams()) add(upstream);
    for (std::size_t i = 0; i < next_.listeners().size(); ++i) add(i);
    if (before_) leave();
    return std::move(plan_);
  }

 private:
  void add(const ServedUpstream& upstream) {
    const ServedUpstream* const earlier = before_ ? before_->find(*upstream.account) : nullptr;
    if (earlier && earlier->pool != upstream.pool)
      plan_.pools.push_back({upstream.on_worker[worker_], upstream.pool});
    if (earlier && !lets_stay_alike(*earlier->config, *upstream.config)) plan_.removes_endpoints = true;
    for (const ServedEndpoint& endpoint : upstream.endpoints) {
      stays_.insert(endpoint.account.get());
      if (endpoint.account->removed()) plan_.removes_endpoints = true;
    }
  }

  void add(std::size_t index) {
    const ServedListener& listener = next_.listeners()[index];
    const ServedListener* const earlier = before_ ? before_->find(*listener.account) : nullptr;
    WorkerPlan::ListenerChange change{.listener = listener.on_worker[worker_], .is_new = !earlier};
    if (!earlier || !same_route(*earlier, listener)) {
      change.route = change.listener->make_route({listener.config, targets_of(listener), listener.sources});
    }
    change.acceptors = acceptors_of(next_, index);
    change.has_acceptors = !earlier || change.acceptors != acceptors_of(*before_, index_of(*earlier));
    if (change.is_new) plan_.new_listeners.push_back(change.listener);
    if (change.has_acceptors || !change.route.empty()) plan_.listeners.push_back(std::move(change));
  }

  RouteTargets targets_of(const ServedListener& listener) const {
    RouteTargets targets{.upstream = upstream_of(next_, listener.upstream), .tls = listener.tls};
    for (const auto item : listener.routed) targets.of_items.push_back(upstream_of(next_, item));
    return targets;
  }

  // Null: none.
  std::shared_ptr<Upstream> upstream_of(const Generation& generation,
                                        std::optional<std::size_t> index) const {
    return index ? generation.upstreams()[*index].on_worker[worker_] : nullptr;
  }

  bool same_route(const ServedListener& earlier, const ServedListener& now) const {
    const auto same = [this](std::optional<std::size_t> one, std::optional<std::size_t> other) {
      return upstream_of(*before_, one) == upstream_of(next_, other);
    };
    return earlier.config == now.config && earlier.sources == now.sources && earlier.tls == now.tls &&
           same(earlier.upstream, now.upstream) && std::ranges::equal(earlier.routed, now.routed, same);
  }

  std::size_t index_of(const ServedListener& listener) const {
    return static_cast<std::size_t>(&listener - before_->listeners().data());
  }

  Acceptors acceptors_of(const Generation& generation, std::size_t listener) const {
    Acceptors all;
    for (const auto& address : generation.addresses()[listener]) {
      const auto& acceptors = generation.acceptors(*address);
      for (std::size_t i = worker_; i < acceptors.size(); i += workers()) all.push_back(acceptors[i]);
    }
    return all;
  }
  std::size_t workers() const { return next_.listeners().front().on_worker.size(); }

  void leave() {
    for (const ServedListener& listener : before_->listeners()) {
      if (!next_.find(*listener.account)) plan_.removed.push_back(listener.on_worker[worker_]);
    }
    for (std::size_t i = 0; i < before_->listeners().size(); ++i) {
      for (const auto& address : before_->addresses()[i]) {
        if (!next_.has(*address)) leave(*address);
      }
    }
    for (const ServedUpstream& upstream : before_->upstreams()) {
      for (const ServedEndpoint& endpoint : upstream.endpoints)
        if (!stays_.contains(endpoint.account.get())) plan_.removes_endpoints = true;
    }
  }
  void leave(const OpenAddress& address) {
    const auto& acceptors = before_->acceptors(address);
    for (std::size_t i = worker_; i < acceptors.size(); i += workers()) plan_.leaving.push_back(acceptors[i]);
  }

  const Generation& next_;
  const Generation* const before_;
  const std::uint32_t worker_;
  std::unordered_set<const EndpointAccount*> stays_;
  WorkerPlan plan_;
};

}  // namespace

WorkerPlan plan_of(const Generation& next, const Generation* before, std::uint32_t worker) {
  return PlanMaker(next, before, worker).make();
}

}  // namespace duplexd
