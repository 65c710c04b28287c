// What a worker does for sessions that go to another process, or come from one.
#include "core/worker/moving.hpp"

#include "core/worker/worker.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace duplexd {

namespace {

// Its vectors have room, so that what was frozen is known.
void freeze(Session& session, Departure& departure) {
  if (session.ended() || session.frozen() || departure.stays->contains(session.id())) return;
  if (!session.may_move()) return;
  if (departure.only_relaying && !session.relays()) return;
  departure.states.push_back(session.freeze());
  departure.descriptors.push_back(session.descriptors());
  departure.room.take(count(departure.descriptors.back()));
  departure.sessions.push_back(&session);
}

void reserve(Departure& departure) {
  const std::size_t most = departure.room.sessions;
  departure.sessions.reserve(most);
  departure.states.reserve(most);
  departure.descriptors.reserve(most);
  departure.holds.reserve(most);
}

void append(std::vector<int>& all, const SessionDescriptors& of_session) {
  all.push_back(of_session.client);
  if (of_session.endpoint >= 0) all.push_back(of_session.endpoint);
  for (const auto& [entrance, exit] : of_session.pipes) {
    if (exit < 0) continue;
    all.push_back(entrance);
    all.push_back(exit);
  }
}

}  // namespace

std::vector<int> descriptors_of(const Departure& departure) {
  std::vector<int> all;
  for (const SessionDescriptors& each : departure.descriptors) append(all, each);
  return all;
}

std::size_t count(const SessionDescriptors& descriptors) noexcept {
  std::size_t pipes = 0;
  for (const auto& [entrance, exit] : descriptors.pipes) pipes += exit >= 0 ? 2 : 0;
  return 1 + (descriptors.endpoint >= 0 ? 1 : 0) + pipes;
}

void MessageCount::add(std::size_t descriptors) noexcept {
  if (messages == 0 || left.is_full()) {
    left = each;
    ++messages;
  }
  left.take(descriptors);
}

std::string_view to_word(StayReason reason) noexcept {
  return reason == StayReason::tls ? "tls" : "parking_full";
}

std::string_view to_sentence(StayReason reason) noexcept {
  if (reason == StayReason::tls)
    return "duplexd speaks TLS with the client or the endpoint; these sessions end with the process that has "
           "them";
  return "there are more sessions than the socket holds in which they wait for the next process";
}

// The next slab is one of a later turn: sessions may come and go meanwhile, so that it is no more than a
// plan.
Task::Step Worker::counting(std::shared_ptr<MoveCount> count) {
  return [this, count = std::move(count), slab = std::size_t{0}]() mutable {
    const auto add = [&](const Session& session) {
      if (session.ended()) return;
      if (!session.may_move()) return void(++count->stays[static_cast<std::size_t>(StayReason::tls)]);
      ++count->sessions;
      (session.relays() ? count->relaying : count->dialled).add(duplexd::count(session.descriptors()));
    };
    const bool more = for_one_turn([&] { return serving_.services.sessions.visit_slab(slab++, add); });
    return more ? Progress::waits : Progress::done;
  };
}

Task::Step Worker::holding_off() {
  return [this] {
    serving_.accepting = false;
    for (const auto& listener : serving_.listeners) listener->pause();
    return Progress::done;
  };
}

// Not in turns: those that were frozen first would wait longer.
Task::Step Worker::freezing(std::shared_ptr<Departure> departure) {
  reserve(*departure);
  return [this, departure = std::move(departure)] {
    try {
      std::size_t slab = 0;
      const auto freeze_some = [&](Session& session) {
        if (!departure->room.is_full()) freeze(session, *departure);
      };
      while (serving_.services.sessions.visit_slab(slab++, freeze_some) && !departure->room.is_full()) {
      }
    } catch (const std::bad_alloc&) {
      // The rest is frozen the next time.
    }
    return Progress::done;
  };
}

Task::Step Worker::parting(std::shared_ptr<Departure> departure) {
  return [this, departure = std::move(departure)] {
    if (aborted()) return Progress::done;
    for (std::size_t i = 0; i < departure->sessions.size(); ++i) {
      Session& session = *departure->sessions[i];
      departure->taken[i] ? departure->holds.push_back(session.let_go()) : session.thaw();
    }
    return Progress::done;
  };
}

Task::Step Worker::numbering_after(std::uint64_t last_id) {
  return [this, last_id] {
    std::uint64_t& last = serving_.services.last_id;
    last = std::max(last, last_id);
    return Progress::done;
  };
}

Task::Step Worker::adopting(std::shared_ptr<Arrival> arrival) {
  arrival->sessions.reserve(arrival->all.size());
  return [this, arrival = std::move(arrival)] {
    serving_.listeners.splice(serving_.listeners.end(), arrival->listeners);
    for (auto& [listener, route] : arrival->routes) listener->add_route(route);
    for (auto& [moved, listener, upstream] : arrival->all)
      arrival->sessions.push_back(aborted() ? nullptr : listener->adopt(moved, upstream.get()));
    return Progress::done;
  };
}

Task::Step Worker::thawing(std::shared_ptr<Arrival> arrival) {
  return [this, arrival = std::move(arrival)] {
    if (aborted()) return Progress::done;
    for (Session* const session : arrival->sessions) {
      if (session) session->thaw();
    }
    return Progress::done;
  };
}

Task::Step Worker::dropping(std::shared_ptr<Arrival> arrival) {
  return [this, arrival = std::move(arrival)] {
    if (aborted()) return Progress::done;
    for (Session* const session : arrival->sessions) {
      if (session) (void)session->let_go();
    }
    return Progress::done;
  };
}

}  // namespace duplexd
