#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <atomic>
#include <chrono>

namespace duplexd {

/// Lets one thread rest until another has work for it. Asleep, it is woken by any work; napping, only by
/// urgent work or when the nap is over, so that work gathers meanwhile. A producer stores its work with
/// seq_cst before it notifies. That costs one load, or one write(2) for the first who has to wake.
class WakeUp {
 public:
  WakeUp();  ///< throws std::system_error without a descriptor

  void notify() noexcept {
    if (state_.load(std::memory_order_seq_cst) == State::asleep) wake();
  }
  void notify_urgently() noexcept {
    if (state_.load(std::memory_order_seq_cst) != State::awake) wake();
  }

  /// Sleeps unless `has_work()`, which must load with seq_cst: either it sees the work, or the producer sees
  /// that we sleep.
  template <class HasWork>
  void sleep_unless(HasWork has_work) noexcept {
    rest_unless(has_work, State::asleep, forever);
  }

  /// Naps unless `has_urgent_work()`, which must load with seq_cst, too.
  template <class HasUrgentWork>
  void nap_unless(HasUrgentWork has_urgent_work, std::chrono::milliseconds nap) noexcept {
    rest_unless(has_urgent_work, State::napping, nap);
  }

 private:
  enum class State : std::uint8_t { awake, napping, asleep };
  static constexpr std::chrono::milliseconds forever{-1};  // as poll(2) takes it

  template <class HasWork>
  void rest_unless(HasWork has_work, State state, std::chrono::milliseconds limit) noexcept {
    state_.store(state, std::memory_order_seq_cst);
    if (!has_work()) wait(limit);
    state_.store(State::awake, std::memory_order_seq_cst);
  }

  void wake() noexcept;
  void wait(std::chrono::milliseconds limit) noexcept;

  FileDescriptor event_;
  alignas(64) std::atomic<State> state_{State::awake};
};

}  // namespace duplexd
