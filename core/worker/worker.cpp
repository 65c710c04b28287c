#include "core/worker/worker.hpp"

#include "core/memory/handler.hpp"
#include "core/session/session.hpp"
#include "core/worker/blocked_signals.hpp"
#include "core/worker/in_turns.hpp"
#include "core/worker/leaving.hpp"
#include "core/worker/plan_application.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace duplexd {

namespace {
constexpr int deadlines_of_step = 32;
}

Worker::Worker(boost::asio::io_context& control, std::uint32_t number, EventSink& sink,
               ProcessLimits& process, const PipeLimits& pipes)
    : control_(control),
      number_(number),
      serving_{{loop_, number, counters_, sink, pipes}, process},
      to_abort_(std::make_shared<Task>([this] { return end_sessions(); }, Done())),
      abort_(to_abort_.get()) {}

Worker::~Worker() = default;

void Worker::start(Done on_stopped) {
  stopped_ = std::make_shared<Task>(Task::Step(), std::move(on_stopped));
  const BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

void Worker::run() {
  ::pthread_setname_np(::pthread_self(), ("worker-" + std::to_string(number_)).c_str());
  loop_.run(tick_length, [this](std::int64_t passed) { on_tick(passed); });
  stopped_->answer(control_);
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

// What it is told.

void Worker::tell(const std::shared_ptr<Task>& task) noexcept {
  task->post_to<&Worker::on_task>(loop_, *this);
}

// What aborts stops accepting first, whatever else the worker still has to do.
void Worker::on_task(std::shared_ptr<Task> task) {
  if (task.get() == abort_) stop_accepting();
  tasks_.push(std::move(task));
  go_on();
}

Task::Step Worker::applying(WorkerPlan plan) {
  return [application = std::make_shared<PlanApplication>(serving_, std::move(plan))] {
    return application->step();
  };
}

Task::Step Worker::pausing() {
  return [this, pausing = make_pausing(), all = std::weak_ptr<const void>()]() mutable {
    if (pausing) {
      all = pausing;
      accept_backlogs(std::exchange(pausing, nullptr));
    }
    return all.expired() ? Progress::done : Progress::waits;
  };
}

Task::Step Worker::resuming() {
  return [this] {
    if (draining_) return Progress::done;
    serving_.accepting = true;
    for (const auto& listener : serving_.listeners) listener->resume();
    return Progress::done;
  };
}

Task::Step Worker::ending_leavers(Duration drain, Duration spread) {
  return [this, drain, spread, slab = std::size_t{0}]() mutable {
    const bool more = serving_.services.sessions.visit_slab(
        slab++, [&](Session& session) { end_if_leaving(session, serving_.services, drain, spread); });
    return more ? Progress::more : Progress::done;
  };
}

Task::Step Worker::draining(Backlog backlog) {
  if (backlog == Backlog::serve) {
    return [this, pause = pausing()]() {
      draining_ = true;
      return pause();
    };
  }
  return [this] {
    draining_ = true;
    stop_accepting();
    return Progress::done;
  };
}

void Worker::abort() noexcept {
  if (const std::shared_ptr<Task> task = std::exchange(to_abort_, nullptr)) tell(task);
}

Progress Worker::end_sessions() {
  const bool more = serving_.services.sessions.visit_slab(
      aborted_slabs_++, [](Session& session) { session.end(CloseReason::stopped); });
  return more ? Progress::more : Progress::done;
}

// The acceptors take their turns meanwhile.
void Worker::accept_backlogs(const Pausing& pausing) {
  serving_.accepting = false;
  for (const auto& listener : serving_.listeners) listener->pause_after_backlog(pausing);
}

void Worker::stop_accepting() noexcept {
  draining_ = true;
  serving_.accepting = false;
  for (const auto& listener : serving_.listeners) listener->pause();
  for (const auto& acceptor : serving_.leaving) acceptor->pause();
}

// What its time brings.

// At most two ticks at once: while the process was stopped its peers could not be heard and are not to be
// called idle for it, and a client accepted just now must not find its deadline over.
void Worker::on_tick(std::int64_t passed) {
  count_tick();
  for (std::int64_t ticks = std::min<std::int64_t>(passed, 2); ticks > 0; --ticks)
    serving_.services.wheel.tick();
  for (const auto& listener : serving_.listeners) listener->on_tick();
  serving_.services.pipes.on_tick();
  interval_reports_.on_tick(serving_.services);
  tell_of_copying();
  forget_ended();
  go_on();
}

void Worker::count_tick() noexcept {
  const SessionServices& services = serving_.services;
  counters_.ticks.add();
  counters_.lateness.add(answer_bounds,
                         std::chrono::duration_cast<std::chrono::microseconds>(loop_.lateness()));
  counters_.sessions.set(services.sessions.live());
  counters_.buffers.set(services.buffers.leased());
  counters_.pipes.set(services.pipes.leased());
  counters_.handler_memory_uses.set(handler_memory_use.uses);
  counters_.handler_memory_busy.set(handler_memory_use.busy);
  counters_.handler_memory_most_busy.set(handler_memory_use.most_busy);
}

void Worker::tell_of_copying() noexcept {
  const SessionServices& services = serving_.services;
  const auto& refusal = services.pipes.refusal();
  if (!refusal || serving_.process.copying_was_told.test_and_set(std::memory_order_relaxed)) return;
  services.sink.notice({.kind = Notice::Kind::zero_copy_refused,
                        .worker = number_,
                        .subject = refusal->call,
                        .error = refusal->error});
}

void Worker::forget_ended() {
  std::erase_if(serving_.listeners, [](const auto& listener) { return listener->ended(); });
  std::erase_if(serving_.leaving, [](const auto& acceptor) { return acceptor->idle(); });
}

// Once it drained, has done what it was told and has no session left, nothing will be outstanding any more.
void Worker::go_on() {
  if (awaits_turn_) return;
  const bool more_due = for_one_turn([this] { return serve_due(); });
  (void)for_one_turn([this] { return do_task(); });
  if (draining_ && tasks_.empty() && serving_.services.sessions.live() == 0) loop_.finish();
  if (!more_due && tasks_.empty()) return;
  awaits_turn_ = true;
  loop_.async_yield(Handler<&Worker::on_turn>(*this));
}

void Worker::on_turn(const boost::system::error_code&) {
  awaits_turn_ = false;
  go_on();
}

bool Worker::serve_due() {
  for (int i = 0; i < deadlines_of_step; ++i) {
    Session* const session = serving_.services.wheel.take_due();
    if (!session) return false;
    session->on_deadline();
  }
  return true;
}

bool Worker::do_task() {
  if (tasks_.empty()) return false;
  const Progress progress = tasks_.front().step();
  if (progress != Progress::done) return progress == Progress::more;
  tasks_.pop()->answer(control_);
  return !tasks_.empty();
}

}  // namespace duplexd
