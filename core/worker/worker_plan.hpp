#pragma once

#include "core/config/config.hpp"
#include "core/listener/listener.hpp"
#include "core/metrics/registry.hpp"
#include "core/upstream/endpoint.hpp"

#include <memory>
#include <vector>

namespace duplexd {

/// What one worker is to serve from now on: one snapshot, with all that the control thread has prepared for
/// it. What the pointers name outlives the worker; the sockets stay open until a later plan leaves them out
/// and was applied.
struct WorkerPlan {
  struct UpstreamPlan {
    UpstreamAccount* account;
    std::shared_ptr<const UpstreamConfig> config;
    std::vector<Target> targets;
  };
  struct ListenerPlan {
    ListenerAccount* account;
    SessionLimit* limit;
    const UpstreamAccount* upstream;       ///< of one of `upstreams`
    std::shared_ptr<SourceTable> sources;  ///< null: limits.per_source is off
    std::shared_ptr<const ListenerConfig> config;
    std::vector<int> sockets;
  };

  std::shared_ptr<const Config> config;
  std::vector<UpstreamPlan> upstreams;
  std::vector<ListenerPlan> listeners;
};

}  // namespace duplexd
