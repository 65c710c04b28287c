#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace duplexd {

/// A worker's coarse time: ticks of 100 ms in which the worker ran. It stands still while the process is
/// stopped, so that nobody is called idle for a time in which nobody was heard.
using Tick = std::uint32_t;
inline constexpr std::chrono::milliseconds tick_length{100};
inline constexpr Tick never = std::numeric_limits<Tick>::max();

/// The tick at which `after` has passed for sure, seen from `now`; `never` if `after` is 0 (off).
inline Tick due_after(Tick now, std::chrono::milliseconds after) noexcept {
  if (after.count() == 0) return never;
  const auto ticks = after / tick_length + 2;  // rounded up, and the current tick has begun already
  return ticks < never - now ? now + static_cast<Tick>(ticks) : never;
}

/// What the wheel holds: derive from it. It is linked from schedule() until it falls due or is cancelled.
class Deadline {
 public:
  Deadline() noexcept = default;
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 protected:
  ~Deadline() = default;

 private:
  friend class DeadlineWheel;
  Deadline* previous_ = nullptr;
  Deadline* next_ = nullptr;
  Tick due_ = never;
};

/// Deadlines hashed by their tick: scheduling and cancelling are O(1) without allocation, and a deadline that
/// moves with each byte need not be moved in the wheel: when it falls due its owner looks whether it really
/// is, and schedules it again if not. Entries far ahead are passed over once per revolution. Used by one
/// thread.
class DeadlineWheel {
 public:
  DeadlineWheel() noexcept;
  DeadlineWheel(const DeadlineWheel&) = delete;
  DeadlineWheel& operator=(const DeadlineWheel&) = delete;

  Tick now() const noexcept { return now_; }

  /// (Re)schedules; `never` keeps it in the wheel without falling due.
  void schedule(Deadline& deadline, Tick due) noexcept;
  void cancel(Deadline& deadline) noexcept;

  /// Lets one tick pass and calls `on_due` for each deadline that fell due, already unlinked. The callback
  /// may schedule and cancel any deadline and destroy the one that it is given.
  template <class OnDue>
  void tick(OnDue on_due) {
    Ring due;
    take_due(due);
    while (Deadline* const deadline = due.first()) {
      unlink(*deadline);
      on_due(*deadline);
    }
  }

  /// Hands every deadline to `visit`, which may neither schedule nor cancel any.
  template <class Visit>
  void for_each(Visit visit) {
    for (Ring& slot : slots_) {
      for (Deadline* deadline = slot.first(); deadline && deadline != &slot; deadline = deadline->next_)
        visit(*deadline);
    }
  }

  /// Takes out every deadline and hands it to `visit`, which may not schedule others.
  template <class Visit>
  void drain(Visit visit) {
    for (Ring& slot : slots_) {
      while (Deadline* const deadline = slot.first()) {
        unlink(*deadline);
        visit(*deadline);
      }
    }
  }

 private:
  /// A circular list with a sentinel.
  struct Ring : Deadline {
    Ring() noexcept { previous_ = next_ = this; }
    Deadline* first() noexcept { return next_ == this ? nullptr : next_; }
    void append(Deadline& deadline) noexcept;
  };

  static void unlink(Deadline& deadline) noexcept;
  void take_due(Ring& due) noexcept;
  Ring& slot_of(Tick due) noexcept { return slots_[due == never ? revolution : due % revolution]; }

  static constexpr std::size_t revolution = 512;
  std::array<Ring, revolution + 1> slots_;  // the last for `never`: no tick passes it
  Tick now_ = 0;
};

}  // namespace duplexd
