#include "core/worker/sessions/search.hpp"

#include "core/session/session.hpp"
#include "core/worker/worker.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace duplexd {

namespace {

// How many sessions are looked at in one turn, and how many if that takes system calls: some 50 us.
constexpr std::size_t looked_at = 64;
constexpr std::size_t asked_or_ended = 16;

/// False: no more are wanted.
bool find(const Session& session, SessionSearch& search) {
  if (session.ended()) return true;
  SessionView view = session.view();
  if (!search.filter.matches(view)) return true;
  if (search.with_tcp) session.add_tcp(view);
  search.found.push_back(view);
  return search.found.size() < search.most;
}

/// The same.
bool kill(Session& session, SessionKill& order) {
  if (session.ended() || session.frozen()) return true;
  const SessionView view = session.view();
  if (view.age < std::chrono::steady_clock::now() - order.began || !order.filter.matches(view)) return true;
  ++order.matched;
  if (!order.dry_run) session.end(CloseReason::killed);
  return order.matched < order.most;
}

}  // namespace

// Of a worker that ends before it has looked at all, nothing is left: the walk is over then.

Task::Step Worker::searching(std::shared_ptr<SessionSearch> search) {
  search->found.reserve(search->most);
  const auto first = std::exchange(search->next, std::nullopt);
  return [this, search = std::move(search), at = first.value_or(0)]() mutable {
    const std::size_t part = search->with_tcp ? asked_or_ended : looked_at;
    const auto next = serving_.services.sessions.visit_slots(
        at, part, [&](const Session& session) { return find(session, *search); });
    at = next.value_or(0);
    if (next && search->found.size() < search->most) return Progress::waits;
    search->next = next;
    return Progress::done;
  };
}

Task::Step Worker::killing(std::shared_ptr<SessionKill> order) {
  const auto first = std::exchange(order->next, std::nullopt);
  return [this, order = std::move(order), at = first.value_or(0)]() mutable {
    const std::size_t part = order->dry_run ? looked_at : asked_or_ended;
    const auto next = serving_.services.sessions.visit_slots(
        at, part, [&](Session& session) { return kill(session, *order); });
    at = next.value_or(0);
    if (next && order->matched < order->most) return Progress::waits;
    order->next = next;
    return Progress::done;
  };
}

}  // namespace duplexd
