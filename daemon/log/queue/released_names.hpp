#pragma once

#include "daemon/log/queue/event_queue.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace duplexd {

/// Keeps names that queued events may refer to, until these have been written. Used by the control thread.
class ReleasedNames {
 public:
  explicit ReleasedNames(const std::deque<EventQueue>& rings) : rings_(rings) {}

  /// After the last event with them was pushed. Without memory, std::bad_alloc.
  void keep(std::shared_ptr<const void> names) {
    while (!kept_.empty() && is_over(kept_.front())) kept_.pop_front();
    Kept kept{std::move(names), {}};
    for (const EventQueue& ring : rings_) kept.pushed.push_back(ring.pushed());
    if (!is_over(kept)) kept_.push_back(std::move(kept));
  }

  std::size_t size() const noexcept { return kept_.size(); }

 private:
  struct Kept {
    std::shared_ptr<const void> names;
    std::vector<std::uint64_t> pushed;  // to each ring
  };

  bool is_over(const Kept& kept) const noexcept {
    for (std::size_t i = 0; i < kept.pushed.size(); ++i) {
      if (!rings_[i].is_past(kept.pushed[i])) return false;
    }
    return true;
  }

  const std::deque<EventQueue>& rings_;
  std::deque<Kept> kept_;
};

}  // namespace duplexd
