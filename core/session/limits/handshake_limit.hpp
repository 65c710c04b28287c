#pragma once

#include "core/session/limits/session_limit.hpp"
#include "core/upstream/waiting_line.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace duplexd {

/// How many sessions of a listener may be in their TLS handshake at once, on all workers together. Others
/// wait in a line; first come, first served. Safe from any thread.
class HandshakeLimit {
 public:
  /// 0: any number. Those that wait, and may go on now, are called. On dry run nobody waits.
  void set(std::size_t most, bool dry_run) noexcept;
  bool is_set() const noexcept { return set_.load(std::memory_order_relaxed); }
  std::size_t taken() const noexcept { return places_.taken(); }
  /// Whether one more would wait now.
  bool is_full() const noexcept {
    return is_set() && !dry_run_.load(std::memory_order_relaxed) && (places_.full() || line_.size() > 0);
  }

 private:
  friend class HandshakePlace;
  void call_first() noexcept;

  SessionLimit places_{0};
  WaitingLine line_;
  std::atomic<bool> set_{false};
  std::atomic<bool> dry_run_{false};
};

/// The place of one session, which it gives back with its end. Used by the session's worker.
class HandshakePlace {
 public:
  explicit HandshakePlace(HandshakeLimit& limit) noexcept : limit_(limit) {}
  ~HandshakePlace() { (void)leave(); }
  HandshakePlace(const HandshakePlace&) = delete;
  HandshakePlace& operator=(const HandshakePlace&) = delete;

  /// It has one, or needs none.
  bool has() const noexcept { return state_ == State::taken || (state_ == State::none && !limit_.is_set()); }
  bool waits() const noexcept { return state_ == State::waiting; }
  /// False: it has to wait.
  bool try_take() noexcept;
  /// Once after each place that was taken beyond a limit that is tried.
  bool was_beyond() noexcept { return std::exchange(beyond_, false); }

  /// Joins the line. `call(owner)` comes, on any thread, when it is its turn: then called(), and try_take().
  void wait(void* owner, Waiting::Call call) noexcept;
  void called() noexcept { state_ = State::called; }

  /// It needs none any more. True: a call is on its way, or has come.
  bool leave() noexcept;

 private:
  enum class State : std::uint8_t { none, waiting, called, taken };

  HandshakeLimit& limit_;
  Waiting waiting_;
  State state_ = State::none;
  bool beyond_ = false;
};

}  // namespace duplexd
