#include "core/worker/plan_application.hpp"

#include "core/session/session.hpp"
#include "core/worker/leaving.hpp"

#include <array>
#include <utility>

namespace duplexd {

PlanApplication::PlanApplication(Serving& serving, WorkerPlan plan) noexcept
    : serving_(serving), plan_(std::move(plan)), pausing_(plan_.pausing) {}

// Removed listeners go last, when no acceptor leads to them any more.
Progress PlanApplication::step() {
  using Stage = Progress (PlanApplication::*)();
  static constexpr std::array<Stage, 6> stages{
      &PlanApplication::exchange_pool,      &PlanApplication::pause_leaving,
      &PlanApplication::configure_listener, &PlanApplication::await_leaving,
      &PlanApplication::retire_listener,    &PlanApplication::end_sessions_of_removed_endpoints};
  const Progress progress = (this->*stages[stage_])();
  if (progress != Progress::done) return progress;
  next_ = 0;
  return ++stage_ < stages.size() ? Progress::more : Progress::done;
}

Progress PlanApplication::exchange_pool() {
  if (next_ == plan_.pools.size()) return Progress::done;
  auto& [upstream, pool] = plan_.pools[next_++];
  upstream->use(pool);
  return Progress::more;
}

// Clients who wait at their sockets are served.
Progress PlanApplication::pause_leaving() {
  if (plan_.leaving.empty()) {
    plan_.pausing.reset();
    return Progress::done;
  }
  plan_.leaving.front()->pause_after_backlog(plan_.pausing);
  serving_.leaving.splice(serving_.leaving.end(), plan_.leaving, plan_.leaving.begin());
  return Progress::more;
}

Progress PlanApplication::configure_listener() {
  if (next_ == plan_.listeners.size()) return Progress::done;
  auto& [listener, is_new, route, has_acceptors, acceptors] = plan_.listeners[next_++];
  listener->configure(route);
  if (is_new) {
    auto& made = plan_.new_listeners;
    serving_.listeners.splice(serving_.listeners.end(), made, made.begin());
  }
  if (!has_acceptors) return Progress::more;
  listener->exchange(acceptors);
  if (serving_.accepting) listener->resume_new();
  return Progress::more;
}

// Under the snapshot that is ending: what only that one has ends after them.
Progress PlanApplication::await_leaving() { return pausing_.expired() ? Progress::done : Progress::waits; }

Progress PlanApplication::retire_listener() {
  if (next_ == plan_.removed.size()) return Progress::done;
  Listener& listener = *plan_.removed[next_++];
  Acceptors taken;
  listener.exchange(taken);
  listener.retire();
  return Progress::more;
}

Progress PlanApplication::end_sessions_of_removed_endpoints() {
  if (!plan_.removes_endpoints) return Progress::done;
  const bool more =
      serving_.services.sessions.visit_slab(next_++, [this](Session& session) { end_if_removed(session); });
  return more ? Progress::more : Progress::done;
}

void PlanApplication::end_if_removed(Session& session) {
  end_if_leaving(session, serving_.services, plan_.drain, plan_.close_spread);
}

}  // namespace duplexd
