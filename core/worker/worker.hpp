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

  void replace_targets(const UpstreamAccount& upstream, std::vector<Target> targets);

  /// Accepts who is in the backlogs, then nobody until resume(), also on the sockets of later plans.
  void pause(Done done);
  void resume();

  void drain(Done done);  ///< stops accepting; the thread ends when no session is left
  void abort();           ///< drain(), and ends the sessions that there are
  void join();

  const WorkerCounters& counters() const noexcept { return counters_; }  ///< safe at any time

  HandlerMemory& handler_memory() noexcept { return tick_memory_; }

 private:
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Context::executor_type>;
  using Acceptors = std::map<int, std::unique_ptr<Acceptor>>;  // by socket

  void run();
  void on_plan(const WorkerPlan& plan);
  Acceptors take_acceptors(const WorkerPlan& plan);
  void configure_upstreams(const WorkerPlan& plan);
  void configure(const WorkerPlan::ListenerPlan& plan, Acceptors& acceptors);
  void end_sessions_of_removed_endpoints(const Config& config);
  void stop_accepting();
  void await_tick();
  void on_tick(const boost::system::error_code& error);
  void forget_what_is_over();
  std::int64_t ticks_since_last() noexcept;

  const std::uint32_t number_;
  ProcessLimits& process_;
  WorkerCounters counters_;
  HandlerMemory tick_memory_;
  Context context_;
  SessionHost host_;
  std::map<const UpstreamAccount*, std::shared_ptr<Upstream>> upstreams_;  // routes may hold removed ones
  std::map<const ListenerAccount*, std::unique_ptr<Listener>> listeners_;  // removed ones too, with sessions
  std::vector<std::unique_ptr<Acceptor>> leaving_;  // that an operation still refers to
  Timer timer_;
  std::chrono::steady_clock::time_point last_tick_;
  bool accepting_ = true;
  bool draining_ = false;
  Done on_stopped_;
  std::thread thread_;
};

}  // namespace duplexd
