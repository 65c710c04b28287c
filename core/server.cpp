#include "core/server.hpp"

#include "core/generation.hpp"
#include "core/worker.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cassert>
#include <deque>
#include <map>
#include <utility>

namespace duplexd {

namespace {

// The names of a new configuration: longer than a name server that is down is asked by default
// (resolv.conf(5)).
constexpr std::chrono::seconds names_deadline{20};

const StartFailure stopping{StartFailure::Kind::system, "duplexd is stopping"};

StartFailure too_few_descriptors(const EffectiveLimits& limits) {
  return {StartFailure::Kind::system, sessions_do_not_fit(limits), "limits.sessions"};
}

void or_throw(const StartResult<void>& result) {
  if (!result) throw StartError(result.error());
}

EffectiveLimits checked_limits(const Config& config) {
  const EffectiveLimits limits = effective_limits(config);
  if (!limits.sessions_fit) throw StartError(too_few_descriptors(limits));
  return limits;
}

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
       InheritedSockets inherited)
      : control_(control),
        sink_(sink),
        limits_(checked_limits(*config)),
        inherited_(std::move(inherited)),
        registry_(limits_.workers),
        process_{.sessions = SessionLimit(limits_.sessions), .gate = {}},
        names_deadline_(control),
        drain_deadline_(control) {
    current_ = std::make_unique<Generation>(control_, std::move(config), registry_, sink_, limits_.workers);
    current_->resolve_all();
    or_throw(current_->check_names());
    or_throw(current_->open({}, inherited_));
    for (unsigned i = 0; i < limits_.workers; ++i) workers_.emplace_back(i, sink, process_);
  }

  void start() {
    serve_current([] {});
    for (Worker& worker : workers_) {
      worker.start(on_control([number = running_++](Impl& self) { self.on_worker_stopped(number); }));
    }
    ended_.resize(running_);
  }

  void reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded) {
    assert(!on_reloaded_);
    on_reloaded_ = std::move(on_reloaded);
    if (stopping_) return refuse(stopping);
    const EffectiveLimits limits = effective_limits(*config, limits_.workers);
    if (!limits.sessions_fit) return refuse(too_few_descriptors(limits));
    other_ = std::make_unique<Generation>(control_, std::move(config), registry_, sink_, limits_.workers);
    names_deadline_.expires_after(names_deadline);
    names_deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      if (const auto self = weak.lock(); self && !error) self->on_names();
    });
    other_->resolve_missing(*current_, on_control([](Impl& self) { self.on_names(); }));
  }

  void pause(std::function<void()> on_paused) {
    paused_ = true;
    const auto refuse_clients = [on_paused = std::move(on_paused)](Impl& self) {
      if (self.paused_) self.current_->refuse_clients();
      on_paused();
    };
    tell_workers([](Worker& worker, auto done) { worker.pause(std::move(done)); }, refuse_clients);
  }

  void resume() {
    if (!std::exchange(paused_, false)) return;
    current_->welcome_clients();
    for (Worker& worker : workers_) worker.resume();
  }

  bool paused() const noexcept { return paused_; }

  void drain(std::function<void()> on_stopped) {
    stopping_ = true;
    if (running_ == 0) return boost::asio::post(control_, std::move(on_stopped));
    on_stopped_ = std::move(on_stopped);
    const Duration limit = current_->config().drain;
    if (limit.count() == 0) return abort();
    tell_workers([](Worker& worker, auto done) { worker.drain(std::move(done)); },
                 [](Impl& self) { self.current_->close(); });
    drain_deadline_.expires_after(limit);
    drain_deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      if (const auto self = weak.lock(); self && !error) self->on_drain_deadline();
    });
  }

  void abort() {
    for (Worker& worker : workers_) worker.abort();
  }

  void stop_and_join() {
    abort();
    for (Worker& worker : workers_) worker.join();
  }

  Totals totals() const {
    Totals totals = registry_.totals();
    for (const Worker& worker : workers_) {
      totals.handler_memory_fallbacks += worker.counters().handler_memory_fallbacks.value();
      totals.spurious_wakeups += worker.counters().spurious_wakeups.value();
    }
    return totals;
  }

  std::vector<std::uint64_t> ticks() const {
    std::vector<std::uint64_t> ticks;
    for (const Worker& worker : workers_) {
      const bool over = !ended_.empty() && ended_[ticks.size()];
      ticks.push_back(over ? Server::ended : worker.counters().ticks.value());
    }
    return ticks;
  }

  std::vector<ListeningAddress> addresses() const {
    std::vector<ListeningAddress> all;
    for (std::size_t i = 0; i < current_->addresses().size(); ++i) {
      for (const auto& open : current_->addresses()[i]) {
        ListeningAddress& one = all.emplace_back();
        one.listener = current_->config().listeners[i].name;
        one.address = open->address;
        one.inherited = open->bind.kind == BindAddress::Kind::inherited;
        for (const FileDescriptor& socket : open->opened.sockets) one.sockets.push_back(socket.get());
      }
    }
    return all;
  }

  std::vector<Target> targets(const std::string& upstream) const { return current_->targets(upstream); }

  void leave_socket_files() noexcept {
    for (const auto& listener : current_->addresses()) {
      for (const auto& open : listener) open->opened.file.forget();
    }
  }

  InheritedSockets& unused_sockets() noexcept { return inherited_; }
  const EffectiveLimits& limits() const noexcept { return limits_; }

 private:
  /// A function for any thread that has `work` done on the control thread, if the server is still there.
  template <class Work>
  std::function<void()> on_control(Work work) {
    return [&control = control_, weak = weak_from_this(), work = std::move(work)] {
      boost::asio::post(control, [weak, work] {
        if (const auto self = weak.lock()) work(*self);
      });
    };
  }

  /// Has `work` done on the control thread once every worker has done what `tell` told it.
  template <class Tell, class Work>
  void tell_workers(Tell tell, Work work) {
    const auto pending = std::make_shared<std::size_t>(workers_.size());
    for (Worker& worker : workers_) {
      tell(worker, on_control([pending, work](Impl& self) {
             if (--*pending == 0) work(self);
           }));
    }
  }

  /// Everybody has gone over to the current generation when `work` is done.
  template <class Work>
  void serve_current(Work work) {
    current_->set_limits(listener_limits_, limits_.sessions);
    std::uint32_t number = 0;
    tell_workers(
        [&](Worker& worker, auto done) {
          worker.apply(current_->plan(number++, listener_limits_), std::move(done));
        },
        [work](Impl&) { work(); });
    current_->start_resolving([this](const UpstreamRecord& upstream, const std::vector<Target>& targets) {
      for (Worker& worker : workers_) worker.replace_targets(upstream, targets);
    });
  }

  void refuse(StartFailure failure) {
    names_deadline_.cancel();
    other_.reset();
    boost::asio::post(control_, [done = std::exchange(on_reloaded_, nullptr), failure = std::move(failure)] {
      done(failure);
    });
  }

  // Whichever comes first: the answers, or the deadline for them.
  void on_names() {
    if (!other_ || !on_reloaded_ || switching_) return;
    names_deadline_.cancel();
    if (stopping_) return refuse(stopping);
    if (const auto named = other_->check_names(); !named) return refuse(named.error());
    if (const auto opened = other_->open(current_->addresses(), inherited_); !opened) {
      (void)current_->configure();  // what they have in common is as it was
      if (paused_) current_->refuse_clients();
      return refuse(opened.error());
    }
    switch_over();
  }

  void switch_over() {
    switching_ = true;
    std::swap(current_, other_);
    other_->stop_resolving();
    limits_ = effective_limits(current_->config(), limits_.workers);
    process_.sessions.set_most(limits_.sessions);
    if (paused_) current_->refuse_clients();
    serve_current([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->on_switched();
    });
  }

  // Nobody watches the sockets that only the other generation has: they close.
  void on_switched() {
    switching_ = false;
    other_.reset();
    std::exchange(on_reloaded_, nullptr)({});
  }

  void on_drain_deadline() {
    std::uint64_t live = 0;
    for (const Totals::Listener& listener : totals().listeners) live += listener.live;
    sink_.notice({.kind = Notice::Kind::stop_incomplete, .worker = limits_.workers, .count = live});
    abort();
  }

  void on_worker_stopped(unsigned number) {
    ended_[number] = true;
    if (--running_ > 0) return;
    drain_deadline_.cancel();
    if (on_stopped_) std::exchange(on_stopped_, nullptr)();
  }

  boost::asio::io_context& control_;
  EventSink& sink_;
  EffectiveLimits limits_;
  InheritedSockets inherited_;
  Registry registry_;
  ProcessLimits process_;
  std::map<const ListenerRecord*, SharedLimits> listener_limits_;
  std::unique_ptr<Generation> current_;
  std::unique_ptr<Generation> other_;  // the next one, then, while workers go over to it, the last one
  bool switching_ = false;
  bool paused_ = false;
  bool stopping_ = false;
  OnReloaded on_reloaded_;
  std::deque<Worker> workers_;
  unsigned running_ = 0;
  std::vector<bool> ended_;  // by worker
  boost::asio::steady_timer names_deadline_;
  boost::asio::steady_timer drain_deadline_;
  std::function<void()> on_stopped_;
};

Server::Server(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
               InheritedSockets inherited)
    : impl_(std::make_shared<Impl>(control, std::move(config), sink, std::move(inherited))) {}

Server::~Server() { impl_->stop_and_join(); }

void Server::start() { impl_->start(); }
void Server::reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded) {
  impl_->reload(std::move(config), std::move(on_reloaded));
}
void Server::pause(std::function<void()> on_paused) { impl_->pause(std::move(on_paused)); }
void Server::resume() { impl_->resume(); }
bool Server::paused() const noexcept { return impl_->paused(); }
void Server::drain(std::function<void()> on_stopped) { impl_->drain(std::move(on_stopped)); }
void Server::abort() { impl_->abort(); }
Totals Server::totals() const { return impl_->totals(); }
std::vector<std::uint64_t> Server::ticks() const { return impl_->ticks(); }
std::vector<ListeningAddress> Server::addresses() const { return impl_->addresses(); }
std::vector<Target> Server::targets(const std::string& upstream) const { return impl_->targets(upstream); }
InheritedSockets& Server::unused_sockets() noexcept { return impl_->unused_sockets(); }
void Server::leave_socket_files() noexcept { impl_->leave_socket_files(); }
const EffectiveLimits& Server::limits() const noexcept { return impl_->limits(); }

}  // namespace duplexd
