#pragma once

#include "core/memory/lifetime.hpp"
#include "core/reload/generation.hpp"
#include "core/worker/effective_limits.hpp"
#include "core/worker/worker_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>

namespace duplexd {

/// The generation that the workers serve, and how the next one takes over from it. Used by the control
/// thread.
class Generations {
 public:
  using OnReloaded = std::function<void(StartResult<void>)>;

  /// Opens the first generation, or throws StartError. All but `config` and `inherited` outlive it.
  Generations(boost::asio::io_context& control, std::shared_ptr<const Config> config, EventSink& sink,
              Registry& registry, ProcessLimits& process, WorkerGroup& workers, InheritedSockets inherited);
  Generations(const Generations&) = delete;
  Generations& operator=(const Generations&) = delete;

  /// Has the workers serve the first one.
  void start() {
    serve([] {});
  }

  /// Server::reload().
  void reload(std::shared_ptr<const Config> config, OnReloaded on_reloaded);

  /// Refuses the reload under way and later ones.
  void stop() noexcept { stopping_ = true; }

  /// Refuses clients, also in later generations, until welcome_clients(). No worker accepts meanwhile.
  void refuse_clients() noexcept;
  void welcome_clients() noexcept;

  Generation& current() noexcept { return *current_; }
  const Generation& current() const noexcept { return *current_; }
  const EffectiveLimits& limits() const noexcept { return limits_; }
  InheritedSockets& unused_sockets() noexcept { return inherited_; }

 private:
  std::unique_ptr<Generation> next(std::shared_ptr<const Config> config);
  void serve(const std::function<void()>& on_served);
  void on_names();
  void switch_over();
  void on_switched();
  void refuse(StartFailure failure);

  boost::asio::io_context& control_;
  EventSink& sink_;
  Registry& registry_;
  ProcessLimits& process_;
  WorkerGroup& workers_;
  InheritedSockets inherited_;
  EffectiveLimits limits_;
  std::map<const ListenerAccount*, SharedLimits> listener_limits_;
  std::unique_ptr<Generation> current_;
  std::unique_ptr<Generation> other_;  // the next one, then, while workers go over to it, the last one
  OnReloaded on_reloaded_;
  boost::asio::steady_timer names_deadline_;
  bool switching_ = false;
  bool refuses_clients_ = false;
  bool stopping_ = false;
  const Lifetime lifetime_;
};

}  // namespace duplexd
