#include "daemon/log/queue/log_queues.hpp"

#include "daemon/log/line/event_line.hpp"
#include "daemon/log/records/record_choice.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace duplexd {
namespace {

bool can_wait(const Event& event) noexcept { return std::holds_alternative<SessionEnd>(event.what); }

QueuedLine queued_line(const Event& event) {
  QueuedLine queued{line_of(event)};
  if (const auto* const end = std::get_if<SessionEnd>(&event.what)) {
    queued.choice = event.choice;
    queued.is_slow = connected_slowly(*end);
  }
  return queued;
}

}  // namespace

void LogQueues::push(std::size_t ring, const Event& event) noexcept {
  assert(ring < rings_.size());
  rings_[ring].push(event);
  if (can_wait(event) && !rings_[ring].is_half_full()) {
    wake_up_.notify();
  } else {
    wake();
  }
}

void LogQueues::push(LogLine line) {
  lines_.push(std::move(line));
  wake();
}

std::optional<QueuedLine> LogQueues::pop() {
  EventQueue* const ring = oldest_ring();
  if (!lines_.empty() && (!ring || lines_.front_time() <= ring->front()->time))
    return QueuedLine{lines_.pop()};
  if (!ring) return std::nullopt;
  QueuedLine queued = queued_line(*ring->front());
  ring->pop();
  return queued;
}

void LogQueues::discard() {
  for (EventQueue& ring : rings_) {
    for (; ring.front(); ring.pop()) discarded_.add();
  }
  for (; !lines_.empty(); lines_.pop()) discarded_.add();
}

void LogQueues::sleep() noexcept {
  wake_up_.sleep_unless([this] { return is_urgent() || has_events(); });
  urgent_.store(false, std::memory_order_seq_cst);
}

void LogQueues::nap(std::chrono::milliseconds limit) noexcept {
  wake_up_.nap_unless([this] { return is_urgent(); }, limit);
  urgent_.store(false, std::memory_order_seq_cst);
}

void LogQueues::wake() noexcept {
  urgent_.store(true, std::memory_order_seq_cst);
  wake_up_.notify_urgently();
}

std::uint64_t LogQueues::dropped() const noexcept {
  return std::accumulate(rings_.begin(), rings_.end(), discarded_.value() + lines_.dropped(),
                         [](std::uint64_t sum, const EventQueue& ring) { return sum + ring.dropped(); });
}

EventQueue* LogQueues::oldest_ring() noexcept {
  EventQueue* oldest = nullptr;
  for (EventQueue& ring : rings_) {
    if (const Event* event = ring.front(); event && (!oldest || event->time < oldest->front()->time))
      oldest = &ring;
  }
  return oldest;
}

bool LogQueues::has_events() const noexcept {
  return std::any_of(rings_.begin(), rings_.end(), [](const EventQueue& ring) { return ring.front(); });
}

}  // namespace duplexd
