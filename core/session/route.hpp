#pragma once

#include "core/config/config.hpp"
#include "core/metrics/counters.hpp"
#include "core/session/services.hpp"
#include "core/upstream/upstream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace duplexd {

/// What every session that begins under one snapshot of one listener, on one worker, shares: its settings,
/// where it goes and where it is counted. Outlives its sessions.
class Route {
 public:
  Route(SessionServices& session_services, std::string_view listener_name,
        std::shared_ptr<const ListenerConfig> settings, std::shared_ptr<Upstream> pool,
        ListenerCounters& counts) noexcept
      : services(session_services),
        listener(listener_name),
        counters(counts),
        settings_(std::move(settings)),
        upstream_(std::move(pool)) {}
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;

  SessionServices& services;
  const std::string_view listener;  ///< its name, which outlives every session
  ListenerCounters& counters;
  std::size_t users = 0;  ///< sessions that refer to this route

  const ListenerConfig& config() const noexcept { return *settings_; }
  Upstream& upstream() const noexcept { return *upstream_; }

  /// A session that this route's owner admitted has ended; `source` is the ticket that it was given.
  virtual void on_session_ended(std::uint32_t source) noexcept = 0;

 protected:
  ~Route() = default;

 private:
  const std::shared_ptr<const ListenerConfig> settings_;
  const std::shared_ptr<Upstream> upstream_;
};

}  // namespace duplexd
