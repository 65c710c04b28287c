#include "core/reload/generations.hpp"

#include <boost/asio/post.hpp>

#include <cassert>
#include <chrono>
#include <utility>

namespace duplexd {

namespace {

// The names of a new configuration: longer than a name server that is down is asked by default
// (resolv.conf(5)).
constexpr std::chrono::seconds names_deadline{20};

StartFailure too_few_descriptors(const EffectiveLimits& limits) {
  return {StartFailure::Kind::system, sessions_do_not_fit(limits), "limits.sessions"};
}

void or_throw(const StartResult<void>& result) {
  if (!result) throw StartError(result.error());
}

}  // namespace

Generations::Generations(boost::asio::io_context& control, std::shared_ptr<const Config> config,
                         EventSink& sink, Registry& registry, ProcessLimits& process, WorkerGroup& workers,
                         InheritedSockets inherited)
    : control_(control),
      sink_(sink),
      registry_(registry),
      process_(process),
      workers_(workers),
      inherited_(std::move(inherited)),
      limits_(effective_limits(*config, workers.size())),
      names_deadline_(control) {
  if (!limits_.sessions_fit) throw StartError(too_few_descriptors(limits_));
  current_ = next(std::move(config));
  current_->resolve_all();
  or_throw(current_->check_names());
  or_throw(current_->open({}, inherited_));
}

std::unique_ptr<Generation> Generations::next(std::shared_ptr<const Config> config) {
  return std::make_unique<Generation>(control_, std::move(config), registry_, sink_, workers_.size());
}

// `on_served` runs when every worker has gone over to the current generation.
void Generations::serve(const std::function<void()>& on_served) {
  process_.sessions.set_most(limits_.sessions);
  current_->set_limits(listener_limits_, limits_.sessions);
  current_->make_pools();
  std::uint32_t number = 0;
  workers_.tell([&](Worker& worker,
                    auto done) { worker.apply(current_->plan(number++, listener_limits_), std::move(done)); },
                on_served);
  current_->start_resolving([this](const UpstreamAccount& upstream, const std::shared_ptr<const Pool>& pool) {
    workers_.for_each([&](Worker& worker) { worker.replace_pool(upstream, pool); });
  });
}

void Generations::reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded) {
  assert(!on_reloaded_);
  on_reloaded_ = std::move(on_reloaded);
  const EffectiveLimits limits = effective_limits(*config, workers_.size());
  if (!limits.sessions_fit) return refuse(too_few_descriptors(limits));
  other_ = next(std::move(config));
  names_deadline_.expires_after(names_deadline);
  names_deadline_.async_wait(lifetime_.guard([this](const boost::system::error_code& error) {
    if (!error) on_names();
  }));
  other_->resolve_missing(*current_, lifetime_.guard([this] { on_names(); }));
}

// Whichever comes first: the answers, or the deadline for them.
void Generations::on_names() {
  if (!other_ || switching_) return;
  names_deadline_.cancel();
  if (stopping_) return refuse({StartFailure::Kind::system, "duplexd is stopping"});
  if (const auto named = other_->check_names(); !named) return refuse(named.error());
  if (const auto opened = other_->open(current_->addresses(), inherited_); !opened) {
    (void)current_->configure();  // what they have in common is as it was
    if (refuses_clients_) current_->refuse_clients();
    return refuse(opened.error());
  }
  switch_over();
}

void Generations::switch_over() {
  switching_ = true;
  std::swap(current_, other_);
  other_->stop_resolving();
  limits_ = effective_limits(current_->config(), workers_.size());
  if (refuses_clients_) current_->refuse_clients();
  serve([this] { on_switched(); });
}

// No worker watches the sockets that only the other generation has: they close.
void Generations::on_switched() {
  switching_ = false;
  other_.reset();
  registry_.forget_unused();
  std::exchange(on_reloaded_, nullptr)({});
}

void Generations::refuse(StartFailure failure) {
  other_.reset();
  boost::asio::post(control_, [done = std::exchange(on_reloaded_, nullptr), failure = std::move(failure)] {
    done(failure);
  });
}

void Generations::refuse_clients() noexcept {
  refuses_clients_ = true;
  current_->refuse_clients();
}

void Generations::welcome_clients() noexcept {
  refuses_clients_ = false;
  current_->welcome_clients();
}

}  // namespace duplexd
