#include "core/health/schedule.hpp"

#include <algorithm>
#include <cmath>

namespace duplexd {
namespace {

// Multiples of the golden ratio, without their whole part, lie evenly spread wherever one stops.
constexpr double golden_ratio = 0.618033988749895;

std::chrono::nanoseconds part_of(std::chrono::nanoseconds time, double factor) {
  return std::chrono::nanoseconds(std::llround(static_cast<double>(time.count()) * factor));
}

}  // namespace

void Schedule::add(Number number, const Rhythm& rhythm, Time now) {
  const double place = static_cast<double>(added_) * golden_ratio;
  const Time due = now + part_of(rhythm.interval, place - std::floor(place));
  Queue room;
  room.emplace(due, number);
  entries_.emplace(number, Entry{rhythm, &waiting_, due});
  waiting_.insert(room.extract(room.begin()));
  ++added_;
}

void Schedule::remove(Number number) noexcept {
  const auto found = entries_.find(number);
  if (found == entries_.end()) return;
  const auto& entry = found->second;
  entry.queue->erase({entry.due, number});
  entries_.erase(found);
}

void Schedule::change(Number number, const Rhythm& rhythm, Time now) noexcept {
  auto& entry = entries_.find(number)->second;
  entry.rhythm = rhythm;
  const Time latest = now + rhythm.interval;
  if (waits(entry) && entry.due > latest) move(number, entry, waiting_, latest);
}

void Schedule::soon(Number number, Time now) noexcept {
  auto& entry = entries_.find(number)->second;
  entry.again = !waits(entry);
  if (waits(entry) && entry.due > now) move(number, entry, waiting_, now);
}

std::optional<Schedule::Turn> Schedule::next(Time now) noexcept {
  if (!running_.empty() && running_.begin()->first <= now) {
    const Number number = running_.begin()->second;
    move(number, entries_.find(number)->second, running_, never);
    return Turn{Turn::Kind::give_up, number};
  }
  if (!may_begin() || waiting_.begin()->first > now) return std::nullopt;
  const Number number = waiting_.begin()->second;
  auto& entry = entries_.find(number)->second;
  entry.begun = now;
  move(number, entry, running_, now + entry.rhythm.timeout);
  return Turn{Turn::Kind::begin, number};
}

void Schedule::ended(Number number, Time now) noexcept {
  const auto found = entries_.find(number);
  if (found == entries_.end() || waits(found->second)) return;
  auto& entry = found->second;
  const bool again = std::exchange(entry.again, false);
  move(number, entry, waiting_, again ? now : std::max(now, entry.begun + jittered(entry.rhythm)));
}

Schedule::Time Schedule::due() const noexcept {
  const Time begin = may_begin() ? waiting_.begin()->first : never;
  return running_.empty() ? begin : std::min(begin, running_.begin()->first);
}

std::chrono::nanoseconds Schedule::jittered(const Rhythm& rhythm) noexcept {
  const double most = static_cast<double>(rhythm.jitter) / 100;
  return part_of(rhythm.interval, std::uniform_real_distribution(1 - most, 1 + most)(random_));
}

void Schedule::move(Number number, Entry& entry, Queue& to, Time due) noexcept {
  auto node = entry.queue->extract({entry.due, number});
  node.value() = {due, number};
  to.insert(std::move(node));
  entry.queue = &to;
  entry.due = due;
}

}  // namespace duplexd
