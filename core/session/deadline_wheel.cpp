#include "core/session/deadline_wheel.hpp"

#include <algorithm>

namespace duplexd {

DeadlineWheel::DeadlineWheel() noexcept = default;

void DeadlineWheel::schedule(Deadline& deadline, Tick due) noexcept {
  cancel(deadline);
  deadline.due_ = std::max(due, now_ + 1);
  slot_of(deadline.due_).append(deadline);
}

void DeadlineWheel::cancel(Deadline& deadline) noexcept {
  if (deadline.next_) unlink(deadline);
}

void DeadlineWheel::take_due(Ring& due) noexcept {
  Ring& slot = slot_of(++now_);
  for (Deadline* next = slot.next_; next != &slot;) {
    Deadline& deadline = *next;
    next = next->next_;
    if (deadline.due_ > now_) continue;
    unlink(deadline);
    due.append(deadline);
  }
}

void DeadlineWheel::unlink(Deadline& deadline) noexcept {
  deadline.previous_->next_ = deadline.next_;
  deadline.next_->previous_ = deadline.previous_;
  deadline.previous_ = deadline.next_ = nullptr;
}

void DeadlineWheel::Ring::append(Deadline& deadline) noexcept {
  deadline.previous_ = previous_;
  deadline.next_ = this;
  previous_->next_ = &deadline;
  previous_ = &deadline;
}

}  // namespace duplexd
