#include "core/names/name_table.hpp"

#include <algorithm>
#include <utility>

namespace duplexd {

std::unique_ptr<Interest> NameTable::add(const std::string& host, Duration interval,
                                         Interest::OnChange on_change, Clock::time_point now) {
  auto interest = std::make_unique<Interest>(interval, std::move(on_change));
  const auto [place, is_new] = names_.try_emplace(host, host);
  KnownName& name = place->second;
  if (is_new) {
    recall(name);
    enter(name, Stage::fresh, now);
  } else {
    bring_forward(name, interval);
  }
  interest->name = &name;
  const bool is_unknown = !name.state.answered && !is_known(name.state);
  interest->awaits_answer = is_unknown || !name.state.failure.empty();
  name.interests.insert(*interest);
  return interest;
}

NameRecords NameTable::records() const {
  NameRecords all;
  for (const auto& [host, name] : names_)
    if (is_known(name.state)) all.emplace(host, NameRecord{name.state.addresses, name.state.targets});
  return all;
}

std::optional<NameTable::Number> NameTable::remove(std::unique_ptr<Interest> interest) noexcept {
  KnownName& name = *interest->name;
  if (interest->has_news()) news_.erase(news_.iterator_to(*interest));
  name.interests.erase(name.interests.iterator_to(*interest));
  if (!name.interests.empty()) return std::nullopt;
  const auto open = name.is_asked() ? std::optional(name.question) : std::nullopt;
  leave(name);
  names_.erase(names_.find(name.host));
  return open;
}

NameTable::Clock::time_point NameTable::due() const noexcept {
  Clock::time_point earliest = Clock::time_point::max();
  for (const Stage stage : {Stage::young, Stage::old, Stage::fresh, Stage::failing}) {
    const bool waits_to_be_asked = stage == Stage::fresh || stage == Stage::failing;
    if (queue_of(stage).empty() || (waits_to_be_asked && !has_place())) continue;
    earliest = std::min(earliest, queue_of(stage).begin()->due);
  }
  return earliest;
}

std::optional<NameTable::Question> NameTable::next_question(Clock::time_point now) noexcept {
  free_places(now);
  if (!has_place()) return std::nullopt;
  for (const Stage stage : {Stage::fresh, Stage::failing}) {
    KnownName* const name = first_due(stage, now);
    if (!name) continue;
    leave(*name);
    name->question = ++last_question_;
    name->since = now;
    enter(*name, Stage::young, now + young_for);
    return Question{name->question, name->host};
  }
  return std::nullopt;
}

std::optional<NameTable::Number> NameTable::give_up(Moment now) noexcept {
  KnownName* const name = first_due(Stage::old, now.steady);
  if (!name) return std::nullopt;
  const Number question = name->question;
  answer(question, {{}, no_answer}, now);
  return question;
}

void NameTable::answer(Number question, NameAnswer answer, Moment now) noexcept {
  const auto open = questions_.find(question);
  if (open == questions_.end()) return;
  KnownName& name = *open;
  leave(name);
  const auto ttl = answer.ttl;
  const bool is_news = learn(name.state, std::move(answer), now.wall);
  wait(name, ttl, now.steady);
  for (Interest& interest : name.interests) {
    const bool awaited = std::exchange(interest.awaits_answer, false);
    if ((is_news || awaited) && !interest.has_news()) news_.push_back(interest);
  }
}

std::shared_ptr<const Interest::OnChange> NameTable::next_news() noexcept {
  auto on_change = news_.front().on_change;
  news_.pop_front();
  return on_change;
}

void NameTable::enter(KnownName& name, Stage stage, Clock::time_point due) noexcept {
  name.stage = stage;
  name.due = due;
  queue_of(stage).insert(name);
  if (name.is_asked()) questions_.insert(name);
}

void NameTable::leave(KnownName& name) noexcept {
  if (name.is_asked()) questions_.erase(questions_.iterator_to(name));
  Queue& queue = queue_of(name.stage);
  queue.erase(queue.iterator_to(name));
}

KnownName* NameTable::first_due(Stage stage, Clock::time_point now) noexcept {
  Queue& queue = queue_of(stage);
  return queue.empty() || queue.begin()->due > now ? nullptr : &*queue.begin();
}

void NameTable::free_places(Clock::time_point now) noexcept {
  while (KnownName* const name = first_due(Stage::young, now)) {
    leave(*name);
    enter(*name, Stage::old, name->since + patience);
  }
}

// A look-up that took longer than the interval is followed by the next at once. What a failure about one
// family has brought of the other one holds no longer than its TTL.
void NameTable::wait(KnownName& name, std::optional<std::chrono::seconds> ttl,
                     Clock::time_point now) noexcept {
  const bool fails = !name.state.failure.empty();
  if (fails) {
    name.back_off = std::clamp<Duration>(2 * name.back_off, first_back_off, std::chrono::hours(1));
    name.since = now;
  } else {
    name.back_off = Duration{0};
  }
  const Duration most = name.shortest_interval();
  auto due = name.since + spread(fails ? std::min(name.back_off, most) : most);
  if (ttl) due = std::min(due, now + std::max(*ttl, least_ttl));
  enter(name, fails ? Stage::failing : Stage::fresh, std::max(now, due));
}

void NameTable::bring_forward(KnownName& name, Duration interval) noexcept {
  if (name.is_asked() || !name.state.answered) return;
  const bool fails = name.stage == Stage::failing;
  if (!fails && interval >= name.shortest_interval()) return;
  const auto due = name.since + (fails ? first_back_off : spread(interval));
  const Stage stage = name.stage;
  leave(name);
  enter(name, stage, std::min(name.due, due));
}

// Once: a name that is forgotten and comes back is not what it was at the start.
void NameTable::recall(KnownName& name) noexcept {
  auto found = remembered_.extract(name.host);
  if (found) begin_with(name.state, std::move(found.mapped()));
}

NameTable::Clock::duration NameTable::spread(Clock::duration time) noexcept {
  return time - time / 10 * static_cast<Clock::rep>(spread_() % 1024) / 1024;
}

}  // namespace duplexd
