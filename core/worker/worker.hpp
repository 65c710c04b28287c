#pragma once

#include "core/memory/handler_memory.hpp"
#include "core/metrics/counters.hpp"
#include "core/net/loop.hpp"
#include "core/worker/in_turns.hpp"
#include "core/worker/serving.hpp"
#include "core/worker/worker_plan.hpp"

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

namespace duplexd {

/// One thread with all that it needs to serve sessions from accept to close. A session never leaves its
/// worker, and workers share nothing but a few limits.
///
/// Constructed, called and destroyed on the control thread. What it is told is done on the worker's thread
/// soon after, in the order in which it was told, and in turns with relaying; a `done` runs on the worker's
/// thread when it has been.
class Worker {
 public:
  using Done = std::function<void()>;

  /// What becomes of the clients that wait to be accepted when a worker stops.
  enum class Backlog : std::uint8_t {
    serve,  ///< they are accepted: the sockets will be closed
    leave,  ///< they wait for another process, which has the sockets, too
  };

  /// `pipes` are for its sessions.
  Worker(std::uint32_t number, EventSink& sink, ProcessLimits& process, const PipeLimits& pipes);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// `on_stopped` runs on the worker's thread, as the last thing that it does.
  void start(Done on_stopped);

  /// Goes over to another snapshot. Sessions go on as they began, except that those of removed endpoints are
  /// ended as the upstream says.
  void apply(WorkerPlan plan, Done done);

  /// Names of the upstream resolve to other addresses.
  void replace_pool(const UpstreamAccount& upstream, std::shared_ptr<const Pool> pool);

  /// Accepts the backlogs, then nobody until resume(), also on the sockets of later plans.
  void pause(Done done);
  void resume();

  /// Stops accepting, after the backlogs if they are to be served. The thread ends when no session is left.
  void drain(Backlog backlog, Done done);
  void abort();  ///< stops accepting at once, and ends the sessions that there are
  void join();

  const WorkerCounters& counters() const noexcept { return counters_; }  ///< safe at any time

  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  /// Does a part of what the worker was told.
  using Step = std::function<Progress()>;
  struct Task {
    Step step;
    Done done;
  };

  void run();
  void tell(Step step, Done done = {});
  void tell_once(const std::function<void()>& what, Done done = {});
  Step accept_backlogs();
  void stop_accepting() noexcept;
  void on_tick(std::int64_t passed);
  void tell_of_copying() noexcept;
  void forget_ended();
  void go_on();
  bool serve_due();
  bool do_task();
  void on_turn(const boost::system::error_code& error);

  const std::uint32_t number_;
  WorkerCounters counters_;
  HandlerMemory memory_;
  Loop loop_;
  Serving serving_;
  std::deque<Task> tasks_;  // what it was told and has not done, in order
  bool awaits_turn_ = false;
  bool draining_ = false;
  Done on_stopped_;
  std::thread thread_;
};

}  // namespace duplexd
