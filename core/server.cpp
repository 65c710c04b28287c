#include "core/server.hpp"

#include "core/reload/generations.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace duplexd {

static_assert(Server::ended == WorkerGroup::ended);

struct Server::Impl {
  Impl(boost::asio::io_context& control_thread, std::shared_ptr<const Config> config, EventSink& events,
       InheritedSockets inherited, const std::shared_ptr<Registry>& names, const EffectiveLimits& limits)
      : control(control_thread),
        sink(events),
        registry(names),
        workers(control, limits, sink, process),
        generations(control, std::move(config), sink, *registry, process, workers, std::move(inherited)),
        drain_deadline(control) {}

  void on_drain_deadline() {
    std::uint64_t live = 0;
    for (const Totals::Listener& listener : registry->totals().listeners) live += listener.live;
    sink.notice({.kind = Notice::Kind::stop_incomplete, .worker = workers.size(), .count = live});
    workers.abort();
  }

  void on_stopped() {
    drain_deadline.cancel();
    if (on_drained) std::exchange(on_drained, nullptr)();
  }

  boost::asio::io_context& control;
  EventSink& sink;
  const std::shared_ptr<Registry> registry;
  ProcessLimits process{.sessions = SessionLimit(0), .gate = {}};
  WorkerGroup workers;
  Generations generations;
  boost::asio::steady_timer drain_deadline;
  std::function<void()> on_drained;
  std::uint64_t pauses = 0;
  bool paused = false;
  Worker::Backlog backlog = Worker::Backlog::serve;
  const Lifetime lifetime;
};

Server::Server(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
               InheritedSockets inherited) {
  const EffectiveLimits limits = effective_limits(*config);
  const auto names = std::make_shared<Registry>(limits.workers);
  try {
    impl_ = std::make_unique<Impl>(control, std::move(config), sink, std::move(inherited), names, limits);
  } catch (StartError& error) {
    error.names = names;
    throw;
  }
}

Server::~Server() {
  impl_->workers.abort();
  impl_->workers.join();
  impl_->generations.current().close();
}

void Server::start() {
  impl_->generations.start();
  impl_->workers.start([&impl = *impl_] { impl.on_stopped(); });
}

void Server::reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded) {
  impl_->generations.reload(std::move(config), std::move(on_reloaded));
}

void Server::pause(std::function<void()> on_paused) {
  impl_->paused = true;
  // A later call has clients to accept that this one does not know of.
  impl_->workers.tell([](Worker& worker, auto done) { worker.pause(std::move(done)); },
                      [&impl = *impl_, number = ++impl_->pauses, on_paused = std::move(on_paused)] {
                        if (impl.paused && number == impl.pauses) impl.generations.refuse_clients();
                        on_paused();
                      });
}

void Server::resume() {
  if (!std::exchange(impl_->paused, false)) return;
  impl_->generations.welcome_clients();
  impl_->workers.for_each([](Worker& worker) { worker.resume(); });
}

bool Server::paused() const noexcept { return impl_->paused; }

void Server::drain(std::function<void()> on_stopped) {
  Impl& impl = *impl_;
  impl.generations.stop();
  if (!impl.workers.running()) return boost::asio::post(impl.control, std::move(on_stopped));
  impl.on_drained = std::move(on_stopped);
  const Duration limit = impl.generations.current().config().drain;
  if (limit.count() == 0) return abort();
  impl.workers.tell([&impl](Worker& worker, auto done) { worker.drain(impl.backlog, std::move(done)); },
                    [&impl] {
                      impl.generations.current().close();
                      impl.generations.unused_sockets().clear();
                    });
  impl.drain_deadline.expires_after(limit);
  impl.drain_deadline.async_wait(impl.lifetime.guard([&impl](const boost::system::error_code& error) {
    if (!error) impl.on_drain_deadline();
  }));
}

void Server::abort() { impl_->workers.abort(); }

Totals Server::totals() const {
  Totals totals = impl_->registry->totals();
  for (const Worker& worker : impl_->workers.workers()) {
    totals.handler_memory_fallbacks += worker.counters().handler_memory_fallbacks.value();
    totals.spurious_wakeups += worker.counters().spurious_wakeups.value();
  }
  return totals;
}

std::vector<std::uint64_t> Server::ticks() const { return impl_->workers.ticks(); }

std::vector<ListeningAddress> Server::addresses() const {
  const Generation& current = impl_->generations.current();
  std::vector<ListeningAddress> all;
  for (std::size_t i = 0; i < current.addresses().size(); ++i) {
    for (const auto& open : current.addresses()[i]) {
      ListeningAddress& one = all.emplace_back();
      one.listener = current.config().listeners[i].name;
      one.address = open->address;
      one.inherited = open->bind.kind == BindAddress::Kind::inherited;
      for (const FileDescriptor& socket : open->opened.sockets) one.sockets.push_back(socket.get());
    }
  }
  return all;
}

std::vector<std::string> Server::stale_addresses() const {
  const Generation& current = impl_->generations.current();
  return duplexd::stale_addresses(current.config(), current.addresses());
}

std::vector<Target> Server::targets(const std::string& upstream) const {
  return impl_->generations.current().targets(upstream);
}

InheritedSockets& Server::unused_sockets() noexcept { return impl_->generations.unused_sockets(); }

void Server::leave_sockets() noexcept {
  impl_->backlog = Worker::Backlog::leave;
  for (const auto& listener : impl_->generations.current().addresses()) {
    for (const auto& open : listener) open->opened.file.forget();
  }
}

const EffectiveLimits& Server::limits() const noexcept { return impl_->generations.limits(); }

}  // namespace duplexd
