#pragma once

#include "core/worker/in_turns.hpp"
#include "core/worker/serving.hpp"
#include "core/worker/worker_plan.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

namespace duplexd {

/// Goes over from what a worker serves to what a plan says, one step after the other; between two of them
/// everybody is served by the old or by the new.
class PlanApplication {
 public:
  /// May be constructed on any thread.
  PlanApplication(Serving& serving, WorkerPlan plan) noexcept;

  Progress step();

 private:
  // Each does a part, and says what is left of its kind.
  Progress take_acceptors();
  Progress pause_leaving();
  Progress configure_upstream();
  Progress configure_listener();
  Progress await_leaving();
  Progress retire_what_is_gone();
  Progress end_sessions_of_removed_endpoints();

  Listener& listener_of(const WorkerPlan::ListenerPlan& plan);
  void end_if_removed(Session& session);

  Serving& serving_;
  const WorkerPlan plan_;
  std::size_t stage_ = 0;
  std::size_t next_ = 0;                                // of the stage
  std::map<int, std::unique_ptr<Acceptor>> acceptors_;  // by socket; they serve the listeners that they had
  std::vector<std::unique_ptr<Acceptor>> leaving_;      // whose sockets the plan leaves out
  std::weak_ptr<const void> pausing_;                   // the leaving ones
};

}  // namespace duplexd
