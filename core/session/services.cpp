#include "core/session/services.hpp"

#include "core/session/session.hpp"

namespace duplexd {

SessionServices::SessionServices(Loop& worker_loop, std::uint32_t worker_number, WorkerCounters& counts,
                                 EventSink& events, const PipeLimits& pipe_limits)
    : loop(worker_loop),
      worker(worker_number),
      counters(counts),
      sink(events),
      pipes(pipe_limits),
      random(std::random_device{}()) {}

SessionServices::~SessionServices() = default;

}  // namespace duplexd
