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
  tell([what] { return what(), false; }, std::move(done));
}

void Worker::apply(WorkerPlan plan, Done done) {
  const auto application = std::make_shared<PlanApplication>(serving_, std::move(plan));
  tell([application] { return application->step(); }, std::move(done));
}

void Worker::replace_pool(const UpstreamRecord& upstream, std::shared_ptr<const Pool> pool) {
  tell_once([this, &upstream, pool = std::move(pool)] {
    if (const auto known = serving_.upstreams.find(&upstream); known != serving_.upstreams.end())
      known->second->use(pool);
  });
}

void Worker::pause(Done done) {
  tell_once(
      [this] {
        serving_.accepting = false;
        for (const auto& [record, listener] : serving_.listeners) listener->finish();
      },
      std::move(done));
}

void Worker::resume() {
  tell_once([this] {
    if (draining_) return;
    serving_.accepting = true;
    for (const auto& [record, listener] : serving_.listeners) listener->start();
  });
}

void Worker::drain(Done done) {
  tell_once([this] { stop_accepting(); }, std::move(done));
}

void Worker::abort() {
  drain({});
  tell([this, slab = std::size_t{0}]() mutable {
    return serving_.host.sessions.visit_slab(slab++,
                                             [](Session& session) { session.end(CloseReason::stopped); });
  });
}

void Worker::stop_accepting() {
  draining_ = true;
  serving_.accepting = false;
  for (const auto& [record, listener] : serving_.listeners) listener->stop();
}

// What its time brings.

// At most two ticks at once: while the process was stopped its peers could not be heard and are not to be
// called idle for it, and a client accepted just now must not find its deadline over.
void Worker::on_tick(std::int64_t passed) {
  counters_.ticks.add();
  for (std::int64_t ticks = std::min<std::int64_t>(passed, 2); ticks > 0; --ticks) serving_.host.wheel.tick();
  for (const auto& [record, listener] : serving_.listeners) listener->on_tick();
  forget_what_is_over();
  go_on();
}

void Worker::forget_what_is_over() {
  std::erase_if(serving_.listeners, [](const auto& entry) { return entry.second->over(); });
  std::erase_if(serving_.leaving, [](const auto& acceptor) { return acceptor->idle(); });
}

// Once it drained and no session is left, nothing will be outstanding any more, and the loop ends.
void Worker::go_on() {
  if (awaits_turn_) return;
  const bool more_due = for_one_turn([this] { return serve_due(); });
  const bool more_to_do = for_one_turn([this] { return do_task(); });
  if (draining_ && serving_.host.sessions.live() == 0) loop_.finish();
  if (!more_due && !more_to_do) return;
  awaits_turn_ = true;
  loop_.async_yield(Handler<&Worker::on_turn>(*this));
}

void Worker::on_turn(const boost::system::error_code&) {
  awaits_turn_ = false;
  go_on();
}

bool Worker::serve_due() {
  for (int i = 0; i < deadlines_of_step; ++i) {
    Session* const session = serving_.host.wheel.take_due();
    if (!session) return false;
    session->on_deadline();
  }
  return true;
}

bool Worker::do_task() {
  if (tasks_.empty()) return false;
  if (tasks_.front().step()) return true;
  const Task over = std::move(tasks_.front());
  tasks_.pop_front();
  if (over.done) over.done();
  return !tasks_.empty();
}

}  // namespace duplexd
