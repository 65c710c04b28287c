#include "core/worker/worker.hpp"

#include "core/memory/handler.hpp"
#include "core/session/session.hpp"
#include "core/worker/blocked_signals.hpp"
#include "core/worker/in_turns.hpp"
#include "core/worker/plan_application.hpp"

#include <boost/asio/post.hpp>

#include <pthread.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace duplexd {

namespace {
constexpr int deadlines_of_step = 32;
}

Worker::Worker(std::uint32_t number, EventSink& sink, ProcessLimits& process, const PipeLimits& pipes)
    : number_(number), serving_{{loop_, number, counters_, sink, pipes}, process} {}

Worker::~Worker() = default;

void Worker::start(Done on_stopped) {
  on_stopped_ = std::move(on_stopped);
  const BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

void Worker::run() {
  ::pthread_setname_np(::pthread_self(), ("worker-" + std::to_string(number_)).c_str());
  loop_.run(tick_length, [this](std::int64_t passed) { on_tick(passed); });
  on_stopped_();
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

// What it is told.

void Worker::tell(Step step, Done done) {
  boost::asio::post(loop_, [this, task = Task{std::move(step), std::move(done)}]() mutable {
    tasks_.push_back(std::move(task));
    go_on();
  });
}

void Worker::tell_once(const std::function<void()>& what, Done done) {
  tell([what] { return what(), Progress::done; }, std::move(done));
}

void Worker::apply(WorkerPlan plan, Done done) {
  const auto application = std::make_shared<PlanApplication>(serving_, std::move(plan));
  tell([application] { return application->step(); }, std::move(done));
}

void Worker::replace_pool(const UpstreamAccount& upstream, std::shared_ptr<const Pool> pool) {
  tell_once([this, &upstream, pool = std::move(pool)] {
    if (const auto known = serving_.upstreams.find(&upstream); known != serving_.upstreams.end())
      known->second->use(pool);
  });
}

void Worker::pause(Done done) { tell(accept_backlogs(), std::move(done)); }

void Worker::resume() {
  tell_once([this] {
    if (draining_) return;
    serving_.accepting = true;
    for (const auto& [account, listener] : serving_.listeners) listener->resume();
  });
}

void Worker::drain(Backlog backlog, Done done) {
  tell_once([this] { draining_ = true; });
  if (backlog == Backlog::serve) return tell(accept_backlogs(), std::move(done));
  tell_once([this] { stop_accepting(); }, std::move(done));
}

// Accepting stops first, whatever else the worker still has to do.
void Worker::abort() {
  boost::asio::post(loop_, [this] { stop_accepting(); });
  tell([this, slab = std::size_t{0}]() mutable {
    const bool more = serving_.services.sessions.visit_slab(
        slab++, [](Session& session) { session.end(CloseReason::stopped); });
    return more ? Progress::more : Progress::done;
  });
}

// The acceptors take their turns meanwhile.
Worker::Step Worker::accept_backlogs() {
  return [this, begun = false, pausing = std::weak_ptr<const void>()]() mutable {
    if (begun) return pausing.expired() ? Progress::done : Progress::waits;
    begun = true;
    serving_.accepting = false;
    const Pausing all = make_pausing();
    pausing = all;
    for (const auto& [account, listener] : serving_.listeners) listener->pause_after_backlog(all);
    return Progress::waits;
  };
}

void Worker::stop_accepting() noexcept {
  draining_ = true;
  serving_.accepting = false;
  for (const auto& [account, listener] : serving_.listeners) listener->pause();
  for (const auto& acceptor : serving_.leaving) acceptor->pause();
}

// What its time brings.

// At most two ticks at once: while the process was stopped its peers could not be heard and are not to be
// called idle for it, and a client accepted just now must not find its deadline over.
void Worker::on_tick(std::int64_t passed) {
  counters_.ticks.add();
  for (std::int64_t ticks = std::min<std::int64_t>(passed, 2); ticks > 0; --ticks)
    serving_.services.wheel.tick();
  for (const auto& [account, listener] : serving_.listeners) listener->on_tick();
  serving_.services.pipes.on_tick();
  tell_of_copying();
  forget_ended();
  go_on();
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
  std::erase_if(serving_.listeners, [](const auto& entry) { return entry.second->ended(); });
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
  const Task over = std::move(tasks_.front());
  tasks_.pop_front();
  if (over.done) over.done();
  return !tasks_.empty();
}

}  // namespace duplexd
