#include "core/worker/worker.hpp"

#include "core/memory/handler.hpp"
#include "core/session/session.hpp"

#include <boost/asio/post.hpp>

#include <pthread.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>

namespace duplexd {

// With UNSAFE_IO Asio locks no descriptor, since only this worker's thread uses them; other threads may still
// post.
Worker::Worker(std::uint32_t number, EventSink& sink, ProcessLimits& process, const PipeLimits& pipes)
    : number_(number),
      process_(process),
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      host_(context_, number, counters_, sink, pipes),
      timer_(context_.get_executor()) {}

Worker::~Worker() = default;

void Worker::start(Done on_stopped) {
  on_stopped_ = std::move(on_stopped);
  thread_ = std::thread([this] { run(); });
}

void Worker::run() {
  ::pthread_setname_np(::pthread_self(), ("worker-" + std::to_string(number_)).c_str());
  last_tick_ = std::chrono::steady_clock::now();
  await_tick();
  context_.run();
  on_stopped_();
}

void Worker::apply(WorkerPlan plan, Done done) {
  boost::asio::post(context_, [this, plan = std::move(plan), done = std::move(done)] {
    on_plan(plan);
    done();
  });
}

void Worker::on_plan(const WorkerPlan& plan) {
  Acceptors acceptors = take_acceptors(plan);
  configure_upstreams(plan);
  for (const auto& [account, listener] : listeners_) listener->retire();
  for (const WorkerPlan::ListenerPlan& listener : plan.listeners) configure(listener, acceptors);
  end_sessions_of_removed_endpoints(*plan.config);
}

// Those whose sockets the plan leaves out finish under the snapshot that is ending.
Worker::Acceptors Worker::take_acceptors(const WorkerPlan& plan) {
  std::set<int> planned;
  for (const auto& listener : plan.listeners)
    planned.insert(listener.sockets.begin(), listener.sockets.end());
  Acceptors staying;
  for (const auto& [account, listener] : listeners_) {
    for (auto& acceptor : listener->take_acceptors()) {
      if (planned.contains(acceptor->socket())) {
        staying.emplace(acceptor->socket(), std::move(acceptor));
      } else {
        acceptor->finish();
        leaving_.push_back(std::move(acceptor));
      }
    }
  }
  return staying;
}

void Worker::configure_upstreams(const WorkerPlan& plan) {
  auto earlier = std::exchange(upstreams_, {});
  for (const auto& [account, config, targets] : plan.upstreams) {
    std::shared_ptr<Upstream>& upstream = upstreams_[account];
    if (const auto known = earlier.extract(account)) upstream = known.mapped();
    if (!upstream) upstream = std::make_shared<Upstream>(*account, number_);
    upstream->configure(config, targets);
  }
  for (const auto& [account, upstream] : earlier) upstream->retire();
}

void Worker::configure(const WorkerPlan::ListenerPlan& plan, Acceptors& acceptors) {
  std::unique_ptr<Listener>& listener = listeners_[plan.account];
  if (!listener) listener = std::make_unique<Listener>(host_, *plan.account, *plan.limit, process_);
  listener->configure({plan.config, upstreams_.at(plan.upstream), plan.sources});
  for (const int socket : plan.sockets) {
    std::unique_ptr<Acceptor>& acceptor = acceptors[socket];
    const bool is_new = !acceptor;
    if (is_new) acceptor = std::make_unique<Acceptor>(*listener, socket);
    if (is_new && accepting_) acceptor->start();
    listener->add(std::move(acceptor));
  }
}

// Not all at once: their clients come back, and all of them to the endpoints that are left. Those that an
// earlier reload has told to end, and whose endpoint is there again or may be kept now, go on.
void Worker::end_sessions_of_removed_endpoints(const Config& config) {
  std::vector<Session*> removed;
  host_.wheel.for_each([&](Deadline& deadline) {
    auto& session = static_cast<Session&>(deadline);
    const bool ends = session.endpoint() && session.endpoint()->removed &&
                      session.upstream().config().on_removed != OnRemoved::keep;
    ends ? removed.push_back(&session) : session.on_endpoint_kept();
  });
  std::uniform_int_distribution<std::int64_t> spread(0, config.close_spread.count());
  for (Session* const session : removed) {
    const bool drains = session->upstream().config().on_removed == OnRemoved::drain;
    const Duration delay = drains ? config.drain : Duration(0);
    const auto ticks = (delay + Duration(spread(host_.random))) / tick_length;
    session->on_endpoint_removed(host_.wheel.now() + 1 + static_cast<Tick>(ticks));
  }
}

void Worker::replace_targets(const UpstreamAccount& upstream, std::vector<Target> targets) {
  boost::asio::post(context_, [this, &upstream, targets = std::move(targets)] {
    if (const auto known = upstreams_.find(&upstream); known != upstreams_.end())
      known->second->replace(targets);
  });
}

void Worker::pause(Done done) {
  boost::asio::post(context_, [this, done = std::move(done)] {
    accepting_ = false;
    for (const auto& [account, listener] : listeners_) listener->finish();
    done();
  });
}

void Worker::resume() {
  boost::asio::post(context_, [this] {
    if (draining_) return;
    accepting_ = true;
    for (const auto& [account, listener] : listeners_) listener->start();
  });
}

void Worker::drain(Done done) {
  boost::asio::post(context_, [this, done = std::move(done)] {
    stop_accepting();
    done();
  });
}

void Worker::abort() {
  boost::asio::post(context_, [this] {
    stop_accepting();
    host_.wheel.drain([](Deadline& deadline) { static_cast<Session&>(deadline).end(CloseReason::stopped); });
  });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::stop_accepting() {
  draining_ = true;
  accepting_ = false;
  for (const auto& [account, listener] : listeners_) listener->stop();
}

void Worker::await_tick() {
  timer_.expires_after(tick_length);
  timer_.async_wait(Handler<&Worker::on_tick>(*this));
}

// Goes on until the worker drained and has no session left: then nothing is outstanding, and run() returns.
void Worker::on_tick(const boost::system::error_code&) {
  counters_.ticks.add();
  for (std::int64_t ticks = ticks_since_last(); ticks > 0; --ticks) {
    host_.wheel.tick([](Deadline& deadline) { static_cast<Session&>(deadline).on_deadline(); });
  }
  for (const auto& [account, listener] : listeners_) listener->on_tick();
  forget_what_is_over();
  if (!draining_ || host_.sessions.live() > 0) await_tick();
}

void Worker::forget_what_is_over() {
  std::erase_if(listeners_, [](const auto& entry) { return entry.second->over(); });
  std::erase_if(leaving_, [](const auto& acceptor) { return acceptor->idle(); });
}

// At most two at once: while the process was stopped its peers could not be heard and are not to be called
// idle for it, and a client accepted just now must not find its deadline over.
std::int64_t Worker::ticks_since_last() noexcept {
  const std::int64_t ticks = (std::chrono::steady_clock::now() - last_tick_) / tick_length;
  last_tick_ += ticks * tick_length;
  return std::min<std::int64_t>(ticks, 2);
}

}  // namespace duplexd
