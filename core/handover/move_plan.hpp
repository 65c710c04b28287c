#pragma once

#include "core/worker/moving.hpp"
#include "core/worker/worker_group.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace duplexd {

/// What would become of the sessions that there are.
struct MovePlan {
  struct Fate {
    std::uint64_t moves = 0;
    StayCounts stays{};
    friend bool operator==(const Fate&, const Fate&) = default;
  };
  Fate upgrade{};  ///< by another process that takes them at once
  Fate restart{};  ///< parked, until the next process has started
  friend bool operator==(const MovePlan&, const MovePlan&) = default;
};

/// `messages` are what a channel holds.
MovePlan plan_of(const std::vector<MoveCount>& workers, std::uint64_t messages) noexcept;

/// Has the workers count, then tells. Used by the control thread.
void plan_moves(WorkerGroup& workers, std::function<void(const MovePlan&)> on_plan);

}  // namespace duplexd
