#pragma once

#include "core/net/loop.hpp"

#include <chrono>
#include <cstdint>

namespace duplexd {

/// How long the TLS handshakes of one worker may keep a turn of its loop: one that finds it over waits for
/// the next turn, behind those that wait already, and relayed sessions come in between. Used by the loop's
/// thread.
class HandshakeTurns {
 public:
  using Clock = std::chrono::steady_clock;
  /// The last step of a turn may take as long again: a signature is not interrupted.
  static constexpr Clock::duration share = std::chrono::milliseconds(1);

  /// `loop` outlives it.
  explicit HandshakeTurns(const Loop& loop) noexcept : loop_(loop) {}

  bool has_time() const noexcept { return turn_ != loop_.turns() || spent_ < share; }

  /// Makes one step of a handshake, and returns what it returns.
  template <class Step>
  auto spend(Step step) noexcept {
    const auto began = Clock::now();
    const auto progress = step();
    add(Clock::now() - began);
    return progress;
  }
  void add(Clock::duration taken) noexcept {
    spent_ = turn_ == loop_.turns() ? spent_ + taken : taken;
    turn_ = loop_.turns();
  }

 private:
  const Loop& loop_;
  std::uint64_t turn_ = 0;
  Clock::duration spent_{0};
};

}  // namespace duplexd
