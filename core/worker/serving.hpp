#pragma once

#include "core/listener/listener.hpp"
#include "core/session/services.hpp"
#include "core/upstream/upstream.hpp"

#include <map>
#include <memory>
#include <vector>

namespace duplexd {

/// What a worker serves. Its thread only.
struct Serving {
  SessionServices services;
  ProcessLimits& process;
  std::map<const UpstreamAccount*, std::shared_ptr<Upstream>> upstreams{};  ///< routes may hold removed ones
  std::map<const ListenerAccount*, std::unique_ptr<Listener>>
      listeners{};                                   ///< removed ones too, while they have sessions
  std::vector<std::unique_ptr<Acceptor>> leaving{};  ///< of removed sockets, while they have an operation
  bool accepting = true;
};

}  // namespace duplexd
