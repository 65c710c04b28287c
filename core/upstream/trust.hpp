#pragma once

#include "core/config/upstream_config.hpp"
#include "core/upstream/standing.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace duplexd {

/// What the sessions of all workers have found out about one endpoint, and what follows from it: an endpoint
/// that fails them is ejected for a time, then one session tries it. Any thread may call everything.
class Trust {
 public:
  enum class Answer : std::uint8_t {
    yes,
    doubtful,  ///< as many attempts wait for its answer as may fail: rather another one
    trial,     ///< one session may try it: begin_trial()
    no,        ///< it is ejected
  };
  Answer ask(Millis now, const PassiveConfig& rules) const noexcept;

  /// False: another session tries it already. One that has told nothing after PassiveConfig::ejection is
  /// given up.
  bool begin_trial(Millis now, const PassiveConfig& rules) noexcept;
  /// It has told nothing.
  void end_trial() noexcept { trial_since_.store(0, std::memory_order_relaxed); }

  // An attempt to connect ends in one of the next three, and says whether it was the trial.
  void on_attempt(Millis now) noexcept;
  void on_answer(Millis now, std::chrono::microseconds took) noexcept;
  /// True: it has failed often enough to be ejected. Attempts that began before it was ejected tell nothing
  /// new.
  bool on_failure(const PassiveConfig& rules, bool trial) noexcept;
  /// Nothing was learnt: the client left, or this host was short of something.
  void on_abandoned(bool trial) noexcept;

  /// A session was reset early. True: it has happened often enough.
  bool on_early_reset(Millis now, const PassiveConfig& rules) noexcept;
  /// A session has had bytes from it.
  void on_service() noexcept;

  void eject(Millis now, const PassiveConfig& rules) noexcept;
  /// The operator or a check knows better.
  void forgive() noexcept;

  /// It has answered somebody after that moment, at which an attempt began that still waits.
  bool has_answered_since(Millis then) const noexcept {
    return waiting_since_.load(std::memory_order_relaxed) > then;
  }

  /// What another process goes on with.
  struct State {
    Millis ejected_until = 0;
    std::uint32_t ejections = 0;
    std::uint32_t failures = 0;
    std::uint32_t early_resets = 0;
    bool operator==(const State&) const = default;
  };
  State state() const noexcept;
  void begin_with(const State& earlier) noexcept;

  /// Ejected, or on trial after it.
  bool ejected() const noexcept { return ejected_until_.load(std::memory_order_relaxed) != 0; }
  Millis ejected_until() const noexcept { return ejected_until_.load(std::memory_order_relaxed); }
  /// More attempts wait for its answer, and have failed, than may fail.
  bool is_crowded(const PassiveConfig& rules) const noexcept;
  /// How long a connection to it usually takes; 0: none was made yet.
  std::chrono::microseconds usual() const noexcept {
    return std::chrono::microseconds(usual_us_.load(std::memory_order_relaxed));
  }
  /// How long an attempt waits at most if there is a better endpoint: long enough for an answer that is not
  /// lost.
  std::chrono::milliseconds short_wait() const noexcept;

 private:
  bool is_late(Millis now, const PassiveConfig& rules) const noexcept;
  bool on_trial(Millis now, const PassiveConfig& rules) const noexcept;

  std::atomic<Millis> ejected_until_{0};
  std::atomic<Millis> waiting_since_{0};  // the last answer, or the first attempt after it
  std::atomic<std::uint32_t> unanswered_{0};
  std::atomic<std::uint32_t> failures_{0};
  std::atomic<std::uint32_t> early_resets_{0};
  std::atomic<std::uint32_t> ejections_{0};  // in a row
  std::atomic<std::uint32_t> usual_us_{0};
  std::atomic<Millis> trial_since_{0};  // 0: there is none
};

}  // namespace duplexd
