#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace duplexd {

/// A worker's coarse time: ticks of 100 ms in which the worker ran. It stands still while the process is
/// stopped, because peers could not be heard then and must not count as idle.
using Tick = std::uint32_t;
inline constexpr std::chrono::milliseconds tick_length{100};
inline constexpr Tick never = std::numeric_limits<Tick>::max();

/// The tick at which `after` has passed for sure, seen from `now`; `never` if `after` is 0 (off).
inline Tick due_after(Tick now, std::chrono::milliseconds after) noexcept {
  if (after.count() == 0) return never;
  const auto ticks = after / tick_length + 2;  // rounded up, and the current tick has begun already
  return ticks < never - now ? now + static_cast<Tick>(ticks) : never;
}

/// The tick at which `after` has about passed: at most one tick earlier or later. At the next tick if it is
/// 0.
inline Tick due_about(Tick now, std::chrono::milliseconds after) noexcept {
  return now + 1 + static_cast<Tick>(after / tick_length);
}

template <class T>
class DeadlineWheel;

/// What a wheel needs in a T: `class T : public Deadline<T>`. It is linked from schedule() until it was taken
/// or is cancelled.
template <class T>
class Deadline {
 public:
  Deadline() noexcept = default;
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 protected:
  ~Deadline() = default;

 private:
  friend class DeadlineWheel<T>;
  T* next_ = nullptr;
  T** link_ = nullptr;  // what points to it; null: it is in no list
  Tick due_ = never;    // or DeadlineWheel::overdue
};

/// Deadlines hashed by their tick: scheduling and cancelling are O(1) without allocation, and a deadline that
/// moves with each byte need not be moved in the wheel: when it falls due its owner looks whether it really
/// is, and schedules it again if not. Entries far ahead are passed over once per revolution. Used by one
/// thread.
template <class T>
class DeadlineWheel {
 public:
  explicit DeadlineWheel(Tick start = 0) noexcept : now_(start) {}
  DeadlineWheel(const DeadlineWheel&) = delete;
  DeadlineWheel& operator=(const DeadlineWheel&) = delete;

  Tick now() const noexcept { return now_; }

  /// (Re)schedules; `never` keeps it in the wheel without falling due.
  void schedule(T& deadline, Tick due) noexcept {
    cancel(deadline);
    deadline.due_ = std::max(due, now_ + 1);
    list_of(deadline).append(deadline);
  }

  void cancel(T& deadline) noexcept {
    if (deadline.link_) list_of(deadline).remove(deadline);
  }

  /// Lets one tick pass. What falls due waits to be taken.
  void tick() noexcept {
    ++now_;
    for (T* next = slots_[now_ % revolution].first; next;) {
      T& deadline = *std::exchange(next, next->next_);
      if (deadline.due_ > now_) continue;
      cancel(deadline);
      deadline.due_ = overdue;
      due_.append(deadline);
    }
  }

  /// Takes the first overdue deadline out of the wheel; null: there is none.
  T* take_due() noexcept {
    T* const deadline = due_.first;
    if (deadline) cancel(*deadline);
    return deadline;
  }

 private:
  struct List {
    T* first = nullptr;
    T** end = &first;

    void append(T& deadline) noexcept {
      deadline.next_ = nullptr;
      deadline.link_ = std::exchange(end, &deadline.next_);
      *deadline.link_ = &deadline;
    }
    void remove(T& deadline) noexcept {
      *deadline.link_ = deadline.next_;
      (deadline.next_ ? deadline.next_->link_ : end) = deadline.link_;
      deadline.link_ = nullptr;
    }
  };

  List& list_of(const T& deadline) noexcept {
    if (deadline.due_ == overdue) return due_;
    return slots_[deadline.due_ == never ? revolution : deadline.due_ % revolution];
  }

  static constexpr Tick overdue = 0;
  static constexpr std::size_t revolution = 512;
  std::array<List, revolution + 1> slots_;  // the last for `never`: no tick passes it
  List due_;
  Tick now_;
};

}  // namespace duplexd
