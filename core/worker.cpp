#include "core/worker.hpp"

#include "core/memory/handler.hpp"
#include "core/session/session.hpp"

#include <boost/asio/post.hpp>

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

namespace duplexd {

// With UNSAFE_IO Asio locks no descriptor, since only this worker's thread uses them; other threads may still
// post.
Worker::Worker(std::uint32_t number, EventSink& sink)
    : number_(number),
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      host_(context_, number, counters_, sink),
      timer_(context_.get_executor()) {}

Worker::~Worker() = default;

void Worker::add_upstream(const UpstreamConfig& config, std::vector<Target> targets) {
  upstreams_.emplace_back(config, upstream_counters_.emplace_back(), std::move(targets));
}

void Worker::add_listener(const ListenerConfig& config, ListenerLimitsShared& limits, ProcessLimits& process,
                          std::vector<FileDescriptor> sockets) {
  listeners_.emplace_back(host_, config, upstreams_[config.upstream], listener_counters_.emplace_back(),
                          limits, process, std::move(sockets));
}

void Worker::start(std::function<void()> on_stopped) {
  on_stopped_ = std::move(on_stopped);
  thread_ = std::thread([this] { run(); });
}

void Worker::run() {
  ::pthread_setname_np(::pthread_self(), ("worker-" + std::to_string(number_)).c_str());
  last_tick_ = std::chrono::steady_clock::now();
  await_tick();
  for (Listener& listener : listeners_) listener.start();
  context_.run();
  on_stopped_();
}

void Worker::replace_targets(std::size_t upstream, std::vector<Target> targets) {
  boost::asio::post(context_, [this, upstream, targets = std::move(targets)]() mutable {
    upstreams_[upstream].replace(std::move(targets));
  });
}

void Worker::drain() {
  boost::asio::post(context_, [this] { stop_accepting(); });
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
  for (Listener& listener : listeners_) listener.stop();
}

void Worker::await_tick() {
  timer_.expires_after(tick_length);
  timer_.async_wait(Handler<&Worker::on_tick>(*this));
}

// Goes on until the worker drained and has no session left: then nothing is outstanding, and run() returns.
void Worker::on_tick(const boost::system::error_code&) {
  for (std::int64_t ticks = ticks_since_last(); ticks > 0; --ticks) {
    host_.wheel.tick([](Deadline& deadline) { static_cast<Session&>(deadline).on_deadline(); });
  }
  for (Listener& listener : listeners_) listener.on_tick();
  if (!draining_ || host_.sessions.live() > 0) await_tick();
}

// At most two at once: while the process was stopped its peers could not be heard and are not to be called
// idle for it, and a client accepted just now must not find its deadline over.
std::int64_t Worker::ticks_since_last() noexcept {
  const std::int64_t ticks = (std::chrono::steady_clock::now() - last_tick_) / tick_length;
  last_tick_ += ticks * tick_length;
  return std::min<std::int64_t>(ticks, 2);
}

}  // namespace duplexd
