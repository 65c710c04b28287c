#pragma once

#include "core/control/control_server.hpp"

#include <list>
#include <memory>

namespace duplexd {

class ControlClient;

/// What the parts of a control server share. Shared by all of them: an operation that is outstanding when the
/// server goes keeps its client, and so this. Control thread only.
struct ControlHost {
  boost::asio::io_context::executor_type executor;
  const ControlServer::Answer answer;
  const ControlLimits limits;
  ControlStats stats{};
  std::list<std::shared_ptr<ControlClient>> clients{};
};

}  // namespace duplexd
