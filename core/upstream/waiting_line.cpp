#include "core/upstream/waiting_line.hpp"

#include <algorithm>

namespace duplexd {

bool WaitingLine::join(Waiting& waiting, std::size_t most) noexcept {
  const std::scoped_lock lock(mutex_);
  settle(waiting);
  if (!waiting.has_place() && size() >= most) return false;
  if (!waiting.has_place()) waiting.number_ = last_number_ + 1;
  last_number_ = std::max(last_number_, waiting.number_);
  insert(waiting);
  return true;
}

bool WaitingLine::leave(Waiting& waiting) noexcept {
  const std::scoped_lock lock(mutex_);
  if (settle(waiting)) return true;
  if (waiting.state_ == Waiting::State::in_line) {
    remove(waiting);
    size_.fetch_sub(1, std::memory_order_seq_cst);
  }
  return false;
}

void WaitingLine::call_first() noexcept { call_after(0); }

void WaitingLine::call_next(const Waiting& waiting) noexcept { call_after(waiting.number_); }

// Without the lock: its owner stays until the call has come, the place in the line may not.
void WaitingLine::call_after(std::uint64_t number) noexcept {
  const Called called = take_after(number);
  if (called.owner) called.call(called.owner);
}

WaitingLine::Called WaitingLine::take_after(std::uint64_t number) noexcept {
  const std::scoped_lock lock(mutex_);
  if (one_is_called_) return {};
  Waiting* next = first_;
  while (next && next->number_ <= number) next = next->after_;
  if (!next) return {};
  remove(*next);
  next->state_ = Waiting::State::called;
  one_is_called_ = true;
  return {next->owner_, next->call_};
}

// One that joins again belongs near the front, every other one at the back.
void WaitingLine::insert(Waiting& waiting) noexcept {
  Waiting* after = first_;
  if (last_ && last_->number_ < waiting.number_) after = nullptr;
  while (after && after->number_ < waiting.number_) after = after->after_;
  waiting.after_ = after;
  waiting.before_ = after ? after->before_ : last_;
  (waiting.before_ ? waiting.before_->after_ : first_) = &waiting;
  (after ? after->before_ : last_) = &waiting;
  waiting.state_ = Waiting::State::in_line;
  size_.fetch_add(1, std::memory_order_seq_cst);
}

void WaitingLine::remove(Waiting& waiting) noexcept {
  (waiting.before_ ? waiting.before_->after_ : first_) = waiting.after_;
  (waiting.after_ ? waiting.after_->before_ : last_) = waiting.before_;
  waiting.state_ = Waiting::State::outside;
}

bool WaitingLine::settle(Waiting& waiting) noexcept {
  if (waiting.state_ != Waiting::State::called) return false;
  waiting.state_ = Waiting::State::outside;
  one_is_called_ = false;
  size_.fetch_sub(1, std::memory_order_seq_cst);
  return true;
}

}  // namespace duplexd
