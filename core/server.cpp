#include "core/server.hpp"

#include "core/upstream/resolver.hpp"
#include "core/worker.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <limits>
#include <utility>

namespace duplexd {

namespace {

std::size_t or_unlimited(std::size_t limit) {
  return limit ? limit : std::numeric_limits<std::size_t>::max() / 2;
}

EffectiveLimits checked_limits(const Config& config) {
  const EffectiveLimits limits = effective_limits(config);
  if (limits.sessions_fit) return limits;
  throw StartError(StartError::Kind::system, sessions_do_not_fit(limits));
}

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
       InheritedSockets inherited)
      : control_(control),
        config_(std::move(config)),
        sink_(sink),
        limits_(checked_limits(*config_)),
        process_{.sessions = SessionLimit(limits_.sessions), .gate = {}},
        drain_deadline_(control) {
    for (unsigned i = 0; i < limits_.workers; ++i) workers_.emplace_back(i, sink);
    for (const UpstreamConfig& upstream : config_->upstreams) add_upstream(upstream);
    for (const ListenerConfig& listener : config_->listeners) add_listener(listener, inherited);
  }

  void start() {
    for (Worker& worker : workers_) {
      ++running_;
      worker.start([this, weak = weak_from_this()] {
        boost::asio::post(control_, [weak] {
          if (const auto self = weak.lock()) self->on_worker_stopped();
        });
      });
    }
    for (std::size_t i = 0; i < resolvers_.size(); ++i) {
      resolvers_[i].start([this, i](const std::vector<Target>& targets) {
        for (Worker& worker : workers_) worker.replace_targets(i, targets);
      });
    }
  }

  void drain(std::function<void()> on_stopped) {
    if (running_ == 0) return boost::asio::post(control_, std::move(on_stopped));
    on_stopped_ = std::move(on_stopped);
    if (config_->drain.count() == 0) return abort();
    for (Worker& worker : workers_) worker.drain();
    drain_deadline_.expires_after(config_->drain);
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
    Totals totals;
    for (const ListenerConfig& listener : config_->listeners)
      totals.listeners.emplace_back().name = listener.name;
    for (const UpstreamConfig& upstream : config_->upstreams)
      totals.upstreams.emplace_back().name = upstream.name;
    for (const Worker& worker : workers_) {
      for (std::size_t i = 0; i < totals.listeners.size(); ++i)
        totals.listeners[i].add(worker.listener_counters()[i]);
      for (std::size_t i = 0; i < totals.upstreams.size(); ++i)
        totals.upstreams[i].add(worker.upstream_counters()[i]);
      totals.handler_memory_fallbacks += worker.counters().handler_memory_fallbacks.value();
      totals.spurious_wakeups += worker.counters().spurious_wakeups.value();
    }
    return totals;
  }

  const std::vector<ListeningAddress>& addresses() const noexcept { return addresses_; }
  const EffectiveLimits& limits() const noexcept { return limits_; }

 private:
  void add_upstream(const UpstreamConfig& config) {
    UpstreamResolver& resolver = resolvers_.emplace_back(control_, config, sink_, limits_.workers);
    const std::string failed = resolver.resolve_all();
    if (!failed.empty() && config.resolve.required) {
      throw StartError(StartError::Kind::system,
                       fmt::format("upstream {}: host {} has no address; to start without it, set "
                                   "upstreams.{}.resolve.at_start to optional",
                                   config.name, failed, config.name));
    }
    for (Worker& worker : workers_) worker.add_upstream(config, resolver.targets());
  }

  void add_listener(const ListenerConfig& config, InheritedSockets& inherited) {
    ListenerSockets sockets = open_sockets(config, limits_.workers, inherited);
    std::ranges::move(sockets.addresses, std::back_inserter(addresses_));
    std::ranges::move(sockets.files, std::back_inserter(socket_files_));
    ListenerLimitsShared& shared = listener_limits_.emplace_back(or_unlimited(config.limits.sessions));
    if (config.limits.per_source) {
      const std::size_t sources =
          std::min(or_unlimited(config.limits.sessions), std::size_t{limits_.sessions});
      shared.sources.emplace(config.limits.per_source, sources, config.limits.ipv6_source_prefix);
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      workers_[i].add_listener(config, shared, process_, std::move(sockets.per_worker[i]));
    }
  }

  void on_drain_deadline() {
    std::uint64_t live = 0;
    for (const Totals::Listener& listener : totals().listeners) live += listener.live;
    sink_.notice({.kind = Notice::Kind::stop_incomplete, .worker = limits_.workers, .count = live});
    abort();
  }

  void on_worker_stopped() {
    if (--running_ > 0) return;
    drain_deadline_.cancel();
    if (on_stopped_) std::exchange(on_stopped_, nullptr)();
  }

  boost::asio::io_context& control_;
  const std::shared_ptr<const Config> config_;
  EventSink& sink_;
  const EffectiveLimits limits_;
  ProcessLimits process_;
  std::deque<ListenerLimitsShared> listener_limits_;
  std::deque<UpstreamResolver> resolvers_;
  std::vector<ListeningAddress> addresses_;
  std::deque<Worker> workers_;
  std::vector<UnixSocketFile> socket_files_;  // removed before the sockets close
  unsigned running_ = 0;
  boost::asio::steady_timer drain_deadline_;
  std::function<void()> on_stopped_;
};

Server::Server(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
               InheritedSockets inherited)
    : impl_(std::make_shared<Impl>(control, std::move(config), sink, std::move(inherited))) {}

Server::~Server() { impl_->stop_and_join(); }

void Server::start() { impl_->start(); }
void Server::drain(std::function<void()> on_stopped) { impl_->drain(std::move(on_stopped)); }
void Server::abort() { impl_->abort(); }
Totals Server::totals() const { return impl_->totals(); }
const std::vector<ListeningAddress>& Server::addresses() const { return impl_->addresses(); }
const EffectiveLimits& Server::limits() const noexcept { return impl_->limits(); }

}  // namespace duplexd
