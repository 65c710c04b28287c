#pragma once

#include "core/memory/handler_memory.hpp"
#include "core/metrics/counters.hpp"
#include "core/net/loop.hpp"
#include "core/worker/in_turns.hpp"
#include "core/worker/interval_reports.hpp"
#include "core/worker/moving.hpp"
#include "core/worker/serving.hpp"
#include "core/worker/sessions/search.hpp"
#include "core/worker/task.hpp"
#include "core/worker/worker_plan.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <memory>
#include <thread>

namespace duplexd {

/// One thread with all that it needs to serve sessions from accept to close. A session never leaves its
/// worker, and workers share nothing but a few limits.
///
/// Constructed, called and destroyed on the control thread. What it is told is done on the worker's thread
/// soon after, in the order in which it was told, and in turns with relaying.
class Worker {
 public:
  using Done = Task::Done;

  /// What becomes of the clients that wait to be accepted when a worker stops.
  enum class Backlog : std::uint8_t {
    serve,  ///< they are accepted: the sockets will be closed
    leave,  ///< they wait for another process, which has the sockets, too
  };

  /// `pipes` are for its sessions. `control` is what the control thread runs.
  Worker(boost::asio::io_context& control, std::uint32_t number, EventSink& sink, ProcessLimits& process,
         const PipeLimits& pipes);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// `on_stopped` runs on the control thread when the worker's has nothing left to do.
  void start(Done on_stopped);

  /// Ends what is left, and accepting at once, whatever was told before.
  void abort() noexcept;
  void join();

  /// Cannot fail. The task is one of those below.
  void tell(const std::shared_ptr<Task>& task) noexcept;

  // Things to tell it. Without memory, std::bad_alloc.

  /// Goes over to another snapshot. Sessions go on as they began, except that those of removed endpoints are
  /// ended as the upstream says.
  Task::Step applying(WorkerPlan plan);

  /// Accepts the backlogs, then nobody until it resumes, also on the sockets of later plans.
  Task::Step pausing();
  Task::Step resuming();

  /// Ends the sessions that have to leave their endpoints (leaving.hpp), and lets stay those that need not.
  Task::Step ending_leavers(Duration drain, Duration spread);

  /// Stops accepting, after the backlogs if they are to be served. The thread ends when no session is left.
  Task::Step draining(Backlog backlog);

  // For sessions that go to another process, or come from one (moving.hpp).

  /// Counts them, a few in each turn.
  Task::Step counting(std::shared_ptr<MoveCount> count);
  /// Accepts nobody, also on the sockets of later plans, until it resumes. Clients wait in the backlog.
  Task::Step holding_off();
  /// Freezes sessions, and says which.
  Task::Step freezing(std::shared_ptr<Departure> departure);
  /// Lets those go that were taken; the others go on.
  Task::Step parting(std::shared_ptr<Departure> departure);
  /// Sessions get later numbers than this.
  Task::Step numbering_after(std::uint64_t last_id);
  /// Makes sessions of those that have arrived, frozen.
  Task::Step adopting(std::shared_ptr<Arrival> arrival);
  /// They go on.
  Task::Step thawing(std::shared_ptr<Arrival> arrival);
  /// Or not: the other process goes on with them.
  Task::Step dropping(std::shared_ptr<Arrival> arrival);

  // For who looks at sessions (sessions/search.hpp).

  /// Finds those that are meant, some in each turn.
  Task::Step searching(std::shared_ptr<SessionSearch> search);
  /// Ends those that are meant, some in each turn.
  Task::Step killing(std::shared_ptr<SessionKill> kill);

  /// What the control thread makes for plans is made with these.
  SessionServices& services() noexcept { return serving_.services; }

  const WorkerCounters& counters() const noexcept { return counters_; }  ///< safe at any time

  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  void run();
  void on_task(std::shared_ptr<Task> task);
  void accept_backlogs(const Pausing& pausing);
  Progress end_sessions();
  /// Those that were frozen are gone.
  bool aborted() const noexcept { return aborted_slabs_ > 0; }
  void stop_accepting() noexcept;
  void on_tick(std::int64_t passed);
  void count_tick() noexcept;
  void tell_of_copying() noexcept;
  void forget_ended();
  void go_on();
  bool serve_due();
  bool do_task();
  void on_turn(const boost::system::error_code& error);

  boost::asio::io_context& control_;
  const std::uint32_t number_;
  WorkerCounters counters_;
  HandlerMemory memory_;
  Loop loop_;
  Serving serving_;
  IntervalReports interval_reports_;
  TaskQueue tasks_;                 // what it was told and has not done, in order
  std::shared_ptr<Task> to_abort_;  // made beforehand; null: told
  const Task* const abort_;
  std::size_t aborted_slabs_ = 0;  // whose sessions were ended
  bool awaits_turn_ = false;
  bool draining_ = false;
  std::shared_ptr<Task> stopped_;
  std::thread thread_;
};

}  // namespace duplexd
