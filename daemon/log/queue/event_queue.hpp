#pragma once

#include "core/metrics/counters.hpp"
#include "core/metrics/events.hpp"
#include "daemon/log/records/record_rules.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <variant>

namespace duplexd {

/// What a thread of the proxy reported, and when.
struct Event {
  std::chrono::system_clock::time_point time;
  std::variant<Notice, SessionEnd> what;
  RecordRules::Choice choice{};           ///< of the record of a session
  std::optional<SessionMoment> moment{};  ///< the session has not ended
};
static_assert(std::is_trivially_copyable_v<Event>);

/// A bounded ring from one producing thread to one consuming thread. Neither ever waits: an event that finds
/// the ring full is dropped, and counted if it was to be written.
class EventQueue {
 public:
  static constexpr std::size_t capacity = 4096;

  /// Producer. The store of the new end is sequentially consistent, so that it is ordered with the flag of a
  /// sleeping consumer (see WakeUp).
  void push(const Event& event) noexcept {
    const std::uint64_t end = end_.load(std::memory_order_relaxed);
    if (end - begin_.load(std::memory_order_acquire) == capacity)
      return dropped_.add(event.choice.is_written ? 1 : 0);
    slots_[end % capacity] = event;
    end_.store(end + 1, std::memory_order_seq_cst);
  }

  /// Producer.
  bool is_half_full() const noexcept {
    return end_.load(std::memory_order_relaxed) - begin_.load(std::memory_order_relaxed) >= capacity / 2;
  }

  /// Consumer. The oldest event, which stays valid until pop(); null: the ring is empty.
  const Event* front() const noexcept {
    const std::uint64_t begin = begin_.load(std::memory_order_relaxed);
    return begin == end_.load(std::memory_order_seq_cst) ? nullptr : &slots_[begin % capacity];
  }

  /// Consumer. Gives the slot of front() back.
  void pop() noexcept { begin_.store(begin_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

  /// Any thread, of events that were pushed before: how many there have been so far, and whether the consumer
  /// is done with so many.
  std::uint64_t pushed() const noexcept { return end_.load(std::memory_order_acquire); }
  bool is_past(std::uint64_t events) const noexcept {
    return begin_.load(std::memory_order_acquire) >= events;
  }

  std::uint64_t dropped() const noexcept { return dropped_.value(); }

 private:
  std::unique_ptr<Event[]> slots_ = std::make_unique<Event[]>(capacity);
  // Each end on a cache line of its own: the two threads write them all the time.
  alignas(64) std::atomic<std::uint64_t> begin_{0};
  alignas(64) std::atomic<std::uint64_t> end_{0};
  Counter dropped_;
};

}  // namespace duplexd
