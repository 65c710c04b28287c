#pragma once

#include "core/listener/listener.hpp"
#include "core/memory/handler_memory.hpp"
#include "core/metrics/counters.hpp"
#include "core/session/host.hpp"
#include "core/upstream/upstream.hpp"
#include "core/worker/worker_plan.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/wait_traits.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

namespace duplexd {

/// One thread with all that it needs to serve sessions from accept to close. A session never leaves its
/// worker, and workers share nothing but a few limits.
///
/// Constructed, called and destroyed on the control thread. What it is told is done on the worker's thread
/// soon after, in the order in which it was told; a `done` runs on the worker's thread when it has been.
class Worker {
 public:
  using Context = boost::asio::io_context;
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

  void replace_targets(const UpstreamRecord& upstream, std::vector<Target> targets);

  /// Accepts the backlogs, then nobody until resume(), also on the sockets of later plans.
  void pause(Done done);
  void resume();

  /// Stops accepting, after the backlogs if they are to be served. The thread ends when no session is left.
  void drain(Backlog backlog, Done done);
  void abort();  ///< drain(), and ends the sessions that there are
  void join();

  const WorkerCounters& counters() const noexcept { return counters_; }  ///< safe at any time

  HandlerMemory& handler_memory() noexcept { return tick_memory_; }

 private:
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Context::executor_type>;
  using Acceptors = std::map<int, std::unique_ptr<Acceptor>>;  // by socket
  using Upstreams = std::map<const UpstreamRecord*, std::shared_ptr<Upstream>>;

  void run();
  void on_plan(const WorkerPlan& plan, Done done);
  Acceptors take_acceptors(const WorkerPlan& plan, const std::shared_ptr<Pausing>& pausing);
  Upstreams configure_upstreams(const WorkerPlan& plan);
  void retire(const WorkerPlan& plan, const Upstreams& removed);
  void configure(const WorkerPlan::ListenerPlan& plan, Acceptors& acceptors);
  void end_sessions_of_removed_endpoints(const Config& config);
  std::shared_ptr<Pausing> pausing(Done done);
  void stop_accepting() noexcept;
  void await_tick();
  void on_tick(const boost::system::error_code& error);
  void forget_ended();
  std::int64_t ticks_since_last() noexcept;

  const std::uint32_t number_;
  ProcessLimits& process_;
  WorkerCounters counters_;
  HandlerMemory tick_memory_;
  Context context_;
  SessionHost host_;
  Upstreams upstreams_;                                                   // routes may hold removed ones
  std::map<const ListenerRecord*, std::unique_ptr<Listener>> listeners_;  // removed ones too, with sessions
  std::vector<std::unique_ptr<Acceptor>> leaving_;                        // whose sockets will be closed
  std::weak_ptr<Pausing> pausing_;  // expired unless acceptors still accept their backlogs
  Timer timer_;
  std::chrono::steady_clock::time_point last_tick_;
  bool accepting_ = true;
  bool draining_ = false;
  Done on_stopped_;
  std::thread thread_;
};

}  // namespace duplexd
