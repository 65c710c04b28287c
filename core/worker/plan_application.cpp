#include "core/worker/plan_application.hpp"

#include "core/session/session.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <utility>

namespace duplexd {

PlanApplication::PlanApplication(Serving& serving, WorkerPlan plan) noexcept
    : serving_(serving), plan_(std::move(plan)) {}

// Removed listeners and upstreams go last, when no acceptor leads to them any more.
Progress PlanApplication::step() {
  using Stage = Progress (PlanApplication::*)();
  static constexpr std::array<Stage, 7> stages{&PlanApplication::take_acceptors,
                                               &PlanApplication::pause_leaving,
                                               &PlanApplication::configure_upstream,
                                               &PlanApplication::configure_listener,
                                               &PlanApplication::await_leaving,
                                               &PlanApplication::retire_what_is_gone,
                                               &PlanApplication::end_sessions_of_removed_endpoints};
  const Progress progress = (this->*stages[stage_])();
  if (progress != Progress::done) return progress;
  next_ = 0;
  return ++stage_ < stages.size() ? Progress::more : Progress::done;
}

Progress PlanApplication::take_acceptors() {
  std::set<int> planned;
  for (const auto& listener : plan_.listeners)
    planned.insert(listener.sockets.begin(), listener.sockets.end());
  for (const auto& [account, listener] : serving_.listeners) {
    for (auto& acceptor : listener->take_acceptors()) {
      if (planned.contains(acceptor->socket())) {
        acceptors_.emplace(acceptor->socket(), std::move(acceptor));
      } else {
        leaving_.push_back(std::move(acceptor));
      }
    }
  }
  return Progress::done;
}

// Clients who wait at their sockets are served.
Progress PlanApplication::pause_leaving() {
  const Pausing all = make_pausing();
  pausing_ = all;
  for (auto& acceptor : leaving_) {
    acceptor->pause_after_backlog(all);
    serving_.leaving.push_back(std::move(acceptor));
  }
  return Progress::done;
}

// Under the snapshot that is ending: what only that one has ends after them.
Progress PlanApplication::await_leaving() { return pausing_.expired() ? Progress::done : Progress::waits; }

Progress PlanApplication::configure_upstream() {
  if (next_ == plan_.upstreams.size()) return Progress::done;
  const auto& [account, pool] = plan_.upstreams[next_++];
  std::shared_ptr<Upstream>& upstream = serving_.upstreams[account];
  if (!upstream) upstream = std::make_shared<Upstream>(*account, serving_.services.worker);
  upstream->use(pool);
  return Progress::more;
}

Progress PlanApplication::configure_listener() {
  if (next_ == plan_.listeners.size()) return Progress::done;
  const WorkerPlan::ListenerPlan& plan = plan_.listeners[next_++];
  Listener& listener = listener_of(plan);
  listener.configure({plan.config, serving_.upstreams.at(plan.upstream), plan.sources});
  for (const int socket : plan.sockets) {
    std::unique_ptr<Acceptor>& acceptor = acceptors_[socket];
    const bool is_new = !acceptor;
    if (is_new) acceptor = std::make_unique<Acceptor>(listener, socket);
    if (is_new && serving_.accepting) acceptor->resume();
    listener.add(std::move(acceptor));
  }
  return Progress::more;
}

Listener& PlanApplication::listener_of(const WorkerPlan::ListenerPlan& plan) {
  std::unique_ptr<Listener>& listener = serving_.listeners[plan.account];
  if (!listener)
    listener = std::make_unique<Listener>(serving_.services, *plan.account, *plan.limit, serving_.process);
  return *listener;
}

Progress PlanApplication::retire_what_is_gone() {
  std::set<const void*> planned;
  for (const auto& upstream : plan_.upstreams) planned.insert(upstream.account);
  for (const auto& listener : plan_.listeners) planned.insert(listener.account);
  for (const auto& [account, listener] : serving_.listeners) {
    if (!planned.contains(account)) listener->retire();
  }
  std::erase_if(serving_.upstreams, [&](const auto& entry) { return !planned.contains(entry.first); });
  return Progress::done;
}

Progress PlanApplication::end_sessions_of_removed_endpoints() {
  const bool more =
      serving_.services.sessions.visit_slab(next_++, [this](Session& session) { end_if_removed(session); });
  return more ? Progress::more : Progress::done;
}

// Not all at once: their clients come back, and all of them to the endpoints that are left. Those that an
// earlier reload has told to end, and whose endpoint is there again or may be kept now, go on.
void PlanApplication::end_if_removed(Session& session) {
  const OnRemoved on_removed = session.upstream().config().on_removed;
  if (!session.endpoint() || !session.endpoint()->removed() || on_removed == OnRemoved::keep)
    return session.on_endpoint_kept();
  std::uniform_int_distribution<std::int64_t> spread(0, plan_.config->close_spread.count());
  const Duration delay = on_removed == OnRemoved::drain ? plan_.config->drain : Duration(0);
  const auto ticks = (delay + Duration(spread(serving_.services.random))) / tick_length;
  session.on_endpoint_removed(serving_.services.wheel.now() + 1 + static_cast<Tick>(ticks));
}

}  // namespace duplexd
