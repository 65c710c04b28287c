#pragma once

#include "core/config/config.hpp"
#include "core/listener/listener.hpp"
#include "core/memory/handler_memory.hpp"
#include "core/metrics/counters.hpp"
#include "core/session/host.hpp"
#include "core/upstream/upstream.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/wait_traits.hpp>

#include <chrono>
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
/// soon after.
class Worker {
 public:
  using Context = boost::asio::io_context;

  Worker(std::uint32_t number, EventSink& sink);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Before start(). `config` outlives the worker.
  void add_upstream(const UpstreamConfig& config, std::vector<Target> targets);
  void add_listener(const ListenerConfig& config, ListenerLimitsShared& limits, ProcessLimits& process,
                    std::vector<FileDescriptor> sockets);

  /// `on_stopped` runs on the worker's thread, as the last thing that it does.
  void start(std::function<void()> on_stopped);

  void replace_targets(std::size_t upstream, std::vector<Target> targets);
  void drain();  ///< stops accepting; the thread ends when no session is left
  void abort();  ///< drain(), and ends the sessions that there are
  void join();

  // Safe at any time, in the order of add_listener() and add_upstream().
  const std::deque<ListenerCounters>& listener_counters() const noexcept { return listener_counters_; }
  const std::deque<UpstreamCounters>& upstream_counters() const noexcept { return upstream_counters_; }
  const WorkerCounters& counters() const noexcept { return counters_; }

  HandlerMemory& handler_memory() noexcept { return tick_memory_; }

 private:
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Context::executor_type>;

  void run();
  void stop_accepting();
  void await_tick();
  void on_tick(const boost::system::error_code& error);
  std::int64_t ticks_since_last() noexcept;

  const std::uint32_t number_;
  WorkerCounters counters_;
  std::deque<ListenerCounters> listener_counters_;
  std::deque<UpstreamCounters> upstream_counters_;
  HandlerMemory tick_memory_;
  Context context_;
  SessionHost host_;
  std::deque<Upstream> upstreams_;
  std::deque<Listener> listeners_;
  Timer timer_;
  std::chrono::steady_clock::time_point last_tick_;
  bool draining_ = false;
  std::function<void()> on_stopped_;
  std::thread thread_;
};

}  // namespace duplexd
