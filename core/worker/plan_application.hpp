#pragma once

#include "core/worker/in_turns.hpp"
#include "core/worker/serving.hpp"
#include "core/worker/worker_plan.hpp"

#include <cstddef>
#include <memory>

namespace duplexd {

/// Goes over from what a worker serves to what a plan says, one step after the other; between two of them
/// everybody is served by the old or by the new. Allocates nothing and cannot fail. Made and destroyed on the
/// control thread, with what the worker has no use for any more.
class PlanApplication {
 public:
  PlanApplication(Serving& serving, WorkerPlan plan) noexcept;

  /// On the worker's thread.
  Progress step();

 private:
  // Each does a part, and says what is left of its kind.
  Progress exchange_pool();
  Progress pause_leaving();
  Progress configure_listener();
  Progress await_leaving();
  Progress retire_listener();
  Progress end_sessions_of_removed_endpoints();

  void end_if_removed(Session& session);

  Serving& serving_;
  WorkerPlan plan_;
  std::size_t stage_ = 0;
  std::size_t next_ = 0;               // of the stage
  std::weak_ptr<const void> pausing_;  // the leaving ones
};

}  // namespace duplexd
