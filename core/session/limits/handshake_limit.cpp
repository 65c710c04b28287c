#include "core/session/limits/handshake_limit.hpp"

#include <limits>

namespace duplexd {

namespace {
constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();
}

void HandshakeLimit::set(std::size_t most, bool dry_run) noexcept {
  places_.set_most(most == 0 ? any_number : most);
  dry_run_.store(dry_run, std::memory_order_relaxed);
  set_.store(most != 0, std::memory_order_relaxed);
  call_first();
}

// With the fence either the one that joins the line sees the free place, or the one that frees it sees the
// line.
void HandshakeLimit::call_first() noexcept {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (line_.size() == 0) return;
  if (!places_.full() || dry_run_.load(std::memory_order_relaxed)) line_.call_first();
}

bool HandshakePlace::try_take() noexcept {
  if (state_ == State::waiting || (state_ == State::none && limit_.line_.size() > 0)) return false;
  if (!limit_.places_.try_take()) {
    if (!limit_.dry_run_.load(std::memory_order_relaxed)) return false;
    limit_.places_.take();
    beyond_ = true;
  }
  if (std::exchange(state_, State::taken) == State::called) {
    (void)limit_.line_.leave(waiting_);
    limit_.call_first();
  }
  return true;
}

// One that was called in vain keeps its place in the line.
void HandshakePlace::wait(void* owner, Waiting::Call call) noexcept {
  waiting_.set_owner(owner, call);
  (void)limit_.line_.join(waiting_, any_number);
  state_ = State::waiting;
  limit_.call_first();
}

bool HandshakePlace::leave() noexcept {
  const State before = std::exchange(state_, State::none);
  if (before == State::none) return false;
  if (before == State::taken) {
    limit_.places_.give_back();
    limit_.call_first();
    return false;
  }
  const bool was_called = limit_.line_.leave(waiting_);
  if (was_called) limit_.call_first();
  return was_called;
}

}  // namespace duplexd
