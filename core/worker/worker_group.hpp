#pragma once

#include "core/memory/lifetime.hpp"
#include "core/worker/effective_limits.hpp"
#include "core/worker/worker.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <list>
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

  /// A task for each of them.
  using Tasks = std::vector<std::shared_ptr<Task>>;

  /// Tasks of the steps that `step_of(worker)` makes. `on_done` runs on the control thread when all have been
  /// done, unless the group has gone.
  template <class StepOf>
  Tasks prepare(StepOf step_of, const Done& on_done = {}) {
    const auto pending = std::make_shared<std::size_t>(workers_.size());
    const Done done = lifetime_.guard([pending, on_done] {
      if (--*pending == 0 && on_done) on_done();
    });
    Tasks tasks;
    tasks.reserve(workers_.size());
    for (Worker& worker : workers_) tasks.push_back(std::make_shared<Task>(step_of(worker), done));
    return tasks;
  }

  /// Has one worker do `step`. `on_done` runs on the control thread afterwards, or when the worker has ended
  /// without it, unless the group has gone.
  void ask(std::size_t number, Task::Step step, Done on_done);

  /// A function that does nothing once the group has gone.
  template <class Function>
  auto guard(Function function) const {
    return lifetime_.guard(std::move(function));
  }

  /// Cannot fail.
  void tell(const Tasks& tasks) noexcept {
    for (std::size_t i = 0; i < tasks.size(); ++i) workers_[i].tell(tasks[i]);
  }

  void abort() noexcept;
  void join();

  /// Of each: how often its loop has come round, or `ended`.
  std::vector<std::uint64_t> ticks() const;
  static constexpr std::uint64_t ended = std::numeric_limits<std::uint64_t>::max();

  Worker& operator[](std::size_t number) noexcept { return workers_[number]; }
  const std::deque<Worker>& workers() const noexcept { return workers_; }

 private:
  using Asked = std::list<std::pair<std::size_t, Done>>;  // with the number of the worker

  void on_worker_stopped(std::size_t number);
  void on_answer(Asked::iterator asked);

  boost::asio::io_context& control_;
  std::deque<Worker> workers_;
  std::vector<bool> ended_;
  Asked asked_;  // without an answer
  unsigned running_ = 0;
  Done on_stopped_;
  const Lifetime lifetime_;
};

}  // namespace duplexd
