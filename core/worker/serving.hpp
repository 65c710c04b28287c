#pragma once

#include "core/listener/listener.hpp"
#include "core/session/services.hpp"

#include <list>
#include <memory>

namespace duplexd {

/// What a worker serves. Its thread only.
struct Serving {
  SessionServices services;
  ProcessLimits& process;
  std::list<std::shared_ptr<Listener>> listeners{};  ///< removed ones too, while they have sessions
  Acceptors leaving{};                               ///< of removed sockets, while they have an operation
  bool accepting = true;
};

}  // namespace duplexd
