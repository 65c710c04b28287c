#include "core/handover/move_plan.hpp"

#include "core/handover/handover.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

// Those that are not about sessions: what is known of endpoints, "keep" for it, and "last".
constexpr std::uint64_t other_messages = 3;
constexpr std::uint64_t messages_of_each = 2;  // "sessions" and "keep"

std::uint64_t messages_of(const std::vector<MoveCount>& workers) noexcept {
  std::uint64_t all = 0;
  for (const MoveCount& each : workers) all += each.relaying.messages + each.dialled.messages;
  return all;
}

/// Of sessions in `needed` messages, how many are in those that are held. About as many are in each.
std::uint64_t parked(std::uint64_t sessions, std::uint64_t needed, std::uint64_t held) noexcept {
  return needed <= held ? sessions : sessions * held / needed;
}

}  // namespace

MovePlan plan_of(const std::vector<MoveCount>& workers, std::uint64_t messages) noexcept {
  MovePlan plan;
  for (const MoveCount& each : workers) {
    plan.upgrade.moves += each.sessions;
    for (std::size_t i = 0; i < stay_reason_count; ++i) plan.upgrade.stays[i] += each.stays[i];
  }
  plan.restart = plan.upgrade;
  const std::uint64_t held = (std::max(messages, other_messages) - other_messages) / messages_of_each;
  plan.restart.moves = parked(plan.upgrade.moves, messages_of(workers), held);
  plan.restart.stays[static_cast<std::size_t>(StayReason::parking_full)] +=
      plan.upgrade.moves - plan.restart.moves;
  return plan;
}

void plan_moves(WorkerGroup& workers, std::function<void(const MovePlan&)> on_plan) {
  auto counts = std::make_shared<std::vector<MoveCount>>(workers.size());
  std::size_t number = 0;
  const auto counting = [&](Worker& worker) {
    MoveCount& count = (*counts)[number++];
    count.relaying.each = count.dialled.each = handover::room_of_message;
    return worker.counting({counts, &count});
  };
  workers.tell(workers.prepare(counting, [counts, on_plan = std::move(on_plan)] {
    on_plan(plan_of(*counts, HandoverChannel::capacity()));
  }));
}

}  // namespace duplexd
