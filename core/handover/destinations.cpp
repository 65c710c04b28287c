#include "core/handover/destinations.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {
namespace {

ListenerConfig settings_of(const SessionState& state) {
  ListenerConfig config;
  config.name = state.listener;
  config.timeouts.idle = state.idle;
  config.timeouts.half_closed = state.half_closed;
  return config;
}

}  // namespace

Destinations::Destinations(const Surroundings& around, Generations& generations)
    : around_(around), generations_(generations) {}

void Destinations::place(MovedSession moved, unsigned worker, Arrival& arrival) {
  auto to = moved.state.greeted ? upstream(moved.state, worker) : nullptr;
  auto at = listener(moved.state, worker, to, arrival);
  if (moved.state.relays) moved.hold = take_endpoint(moved.state);
  arrival.all.push_back({std::move(moved), std::move(at), std::move(to)});
}

void Destinations::close() noexcept {
  upstreams_.clear();
  listeners_.clear();
}

std::shared_ptr<Upstream> Destinations::upstream(const SessionState& state, unsigned worker) {
  const std::string& name = state.upstream;
  if (const ServedUpstream* const served = generations_.current().find_upstream(name))
    return served->on_worker[worker];
  auto& made = upstreams_[name];
  if (!made.empty()) return made[worker];
  UpstreamConfig config;
  config.name = name;
  config.on_removed = state.on_removed;
  const auto& account = around_.registry.upstreams[name];
  const auto pool = account->make_pool(std::make_shared<const UpstreamConfig>(std::move(config)), {});
  for (unsigned i = 0; i < around_.workers.size(); ++i) {
    made.push_back(std::make_shared<Upstream>(account, i));
    made.back()->use(std::shared_ptr<const Pool>(pool));
  }
  return made[worker];
}

// A route is added if no session of the listener has gone to that upstream yet; the worker knows.
std::shared_ptr<Listener> Destinations::listener(const SessionState& state, unsigned worker,
                                                 const std::shared_ptr<Upstream>& upstream,
                                                 Arrival& arrival) {
  const auto& served = generations_.current().listeners();
  const auto known = std::ranges::find(served, state.listener,
                                       [](const ServedListener& each) { return each.account->name; });
  if (known != served.end()) {
    const auto& found = known->on_worker[worker];
    if (upstream)
      arrival.routes.push_back({found, found->make_route({known->config, {upstream}, known->sources})});
    return found;
  }
  auto& made = listeners_[state.listener];
  if (made.empty()) made.resize(around_.workers.size());
  auto& found = made[worker];
  ListenerSnapshot snapshot{std::make_shared<const ListenerConfig>(settings_of(state)), {upstream}, {}};
  if (found) {
    arrival.routes.push_back({found, found->make_route(std::move(snapshot))});
    return found;
  }
  found = std::make_shared<Listener>(around_.workers[worker].services(),
                                     around_.registry.listeners[state.listener], around_.process);
  ListenerRoutes route = found->make_route(std::move(snapshot));
  found->configure(route);
  found->retire();
  arrival.listeners.push_back(found);
  return found;
}

// Its addresses may be others today.
EndpointHold Destinations::take_endpoint(const SessionState& state) {
  const auto& account = around_.registry.upstreams[state.upstream];
  const auto& named = account->endpoints[state.endpoint];
  const ServedUpstream* const served = generations_.current().find_upstream(state.upstream);
  if (!served || !served->find(state.endpoint)) named->remove_unless_kept();
  return EndpointHold(named->at(state.endpoint_address, account->last_serial));
}

}  // namespace duplexd
