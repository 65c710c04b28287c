#pragma once

#include "core/session/services.hpp"

#include <cstddef>

namespace duplexd {

/// Reports the sessions that last longer than SessionTracing::interval, each once in it. They are walked
/// through a few at every tick, so that neither the worker nor who takes the reports has many at once. A
/// session stores nothing for it.
class IntervalReports {
 public:
  /// On the worker's thread, at most for the length of a turn.
  void on_tick(SessionServices& services);

 private:
  Tick begun_ = 0;        // the walk
  std::size_t slab_ = 0;  // that comes next in it
};

}  // namespace duplexd
