#include "core/worker/worker_group.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace duplexd {

WorkerGroup::WorkerGroup(boost::asio::io_context& control, const EffectiveLimits& limits, EventSink& sink,
                         ProcessLimits& process)
    : control_(control), ended_(limits.workers) {
  const PipeLimits each{.pipes = limits.pipes.pipes / limits.workers, .size = limits.pipes.size};
  for (unsigned i = 0; i < limits.workers; ++i) workers_.emplace_back(control_, i, sink, process, each);
}

void WorkerGroup::start(Done on_stopped) {
  on_stopped_ = std::move(on_stopped);
  for (Worker& worker : workers_) {
    worker.start(lifetime_.guard([this, number = running_++] { on_worker_stopped(number); }));
  }
}

void WorkerGroup::ask(std::size_t number, Task::Step step, Done on_done) {
  if (ended_[number] || !running()) return boost::asio::post(control_, lifetime_.guard(std::move(on_done)));
  const auto asked = asked_.emplace(asked_.end(), number, std::move(on_done));
  const auto done = lifetime_.guard([this, asked] { on_answer(asked); });
  workers_[number].tell(std::make_shared<Task>(std::move(step), done));
}

void WorkerGroup::on_answer(Asked::iterator asked) {
  const Done done = std::move(asked->second);
  asked_.erase(asked);
  done();
}

// What was told too late is not done, and not answered, either.
void WorkerGroup::on_worker_stopped(std::size_t number) {
  ended_[number] = true;
  for (auto each = asked_.begin(); each != asked_.end();) {
    const auto asked = each++;
    if (asked->first == number) on_answer(asked);
  }
  if (--running_ == 0) on_stopped_();
}

void WorkerGroup::abort() noexcept {
  for (Worker& worker : workers_) worker.abort();
}

void WorkerGroup::join() {
  for (Worker& worker : workers_) worker.join();
}

std::vector<std::uint64_t> WorkerGroup::ticks() const {
  std::vector<std::uint64_t> ticks;
  for (const Worker& worker : workers_) {
    ticks.push_back(ended_[ticks.size()] ? ended : worker.counters().ticks.value());
  }
  return ticks;
}

}  // namespace duplexd
