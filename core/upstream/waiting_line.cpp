#include "core/upstream/waiting_line.hpp"

namespace duplexd {

bool WaitingLine::join(Waiting& waiting, std::size_t most) noexcept {
  const std::scoped_lock lock(mutex_);
  if (!waiting.has_place() && size() >= most) return false;
  if (!waiting.has_place()) waiting.number_ = ++last_number_;
  insert(waiting);
  return true;
}

bool WaitingLine::leave(Waiting& waiting) noexcept {
  const std::scoped_lock lock(mutex_);
  if (!waiting.in_line_) return false;
  remove(waiting);
  return true;
}

// Called with the lock, so that its owner cannot have gone.
void WaitingLine::call_first() noexcept {
  const std::scoped_lock lock(mutex_);
  if (!first_) return;
  Waiting& waiting = *first_;
  remove(waiting);
  waiting.call_(waiting.owner_);
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
  waiting.in_line_ = true;
  size_.fetch_add(1, std::memory_order_seq_cst);
}

void WaitingLine::remove(Waiting& waiting) noexcept {
  (waiting.before_ ? waiting.before_->after_ : first_) = waiting.after_;
  (waiting.after_ ? waiting.after_->before_ : last_) = waiting.before_;
  waiting.in_line_ = false;
  size_.fetch_sub(1, std::memory_order_seq_cst);
}

}  // namespace duplexd
