#pragma once

#include "core/config/config.hpp"
#include "core/listener/listener.hpp"

#include <list>
#include <memory>
#include <vector>

namespace duplexd {

/// What one worker has to change to serve another snapshot. The control thread makes it, with everything that
/// the worker will need: the worker exchanges parts of what it has for parts of the plan, and allocates
/// nothing. Sockets stay open until a plan that has them `leaving` was applied.
struct WorkerPlan {
  struct PoolChange {
    std::shared_ptr<Upstream> upstream;
    std::shared_ptr<const Pool> pool;
  };
  struct ListenerChange {
    std::shared_ptr<Listener> listener;
    bool is_new = false;
    ListenerRoutes route{};      ///< one; none: its settings are as before
    bool has_acceptors = false;  ///< `acceptors` are all that it has from now on
    Acceptors acceptors{};
  };

  std::vector<PoolChange> pools{};  ///< of upstreams that stay
  std::vector<ListenerChange> listeners{};
  std::list<std::shared_ptr<Listener>> new_listeners{};  ///< those of `listeners`, in their order
  std::vector<std::shared_ptr<Listener>> removed{};
  Acceptors leaving{};  ///< of sockets that will close: clients in their backlogs are served
  Pausing pausing = make_pausing();
  /// Sessions may have to end, or need not any more, because their endpoints have been removed.
  bool removes_endpoints = false;
  Duration drain{0};
  Duration close_spread{0};
};

}  // namespace duplexd
