#pragma once

#include "core/memory/lifetime.hpp"
#include "core/worker/effective_limits.hpp"
#include "core/worker/worker.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace duplexd {

/// All workers of a server. Constructed, called and destroyed on the control thread, which runs `control`.
class WorkerGroup {
 public:
  using Done = std::function<void()>;

  /// As many workers as `limits` says, which share its pipes. Everything else that it is given outlives it.
  WorkerGroup(boost::asio::io_context& control, const EffectiveLimits& limits, EventSink& sink,
              ProcessLimits& process);

  unsigned size() const noexcept { return static_cast<unsigned>(workers_.size()); }
  bool running() const noexcept { return running_ > 0; }

  /// `on_stopped` runs on the control thread when the last of them has ended.
  void start(Done on_stopped);

  /// Calls `tell(worker, done)` for each of them; `on_done` runs on the control thread when all of them have
  /// called their `done`, unless the group has gone.
  template <class Tell>
  void tell(Tell tell, const Done& on_done) {
    const auto pending = std::make_shared<std::size_t>(workers_.size());
    for (Worker& worker : workers_) {
      tell(worker, on_control([pending, on_done] {
             if (--*pending == 0) on_done();
           }));
    }
  }

  template <class Visit>
  void for_each(Visit visit) {
    for (Worker& worker : workers_) visit(worker);
  }

  void abort();
  void join();

  /// Of each: how often its loop has come round, or `ended`.
  std::vector<std::uint64_t> ticks() const;
  static constexpr std::uint64_t ended = std::numeric_limits<std::uint64_t>::max();

  const std::deque<Worker>& workers() const noexcept { return workers_; }

 private:
  Done on_control(Done work) const;
  void on_worker_stopped(std::size_t number);

  boost::asio::io_context& control_;
  std::deque<Worker> workers_;
  std::vector<bool> ended_;
  unsigned running_ = 0;
  Done on_stopped_;
  const Lifetime lifetime_;
};

}  // namespace duplexd
