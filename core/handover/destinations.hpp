#pragma once

#include "core/reload/generations.hpp"
#include "core/worker/moving.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace duplexd {

/// Where the sessions of another process go on in this one: at the listener, the upstream and the endpoint of
/// the same names. What the configuration does not have is made for them, and goes with the last of them, as
/// after a reload that removed it. Used by the control thread.
class Destinations {
 public:
  Destinations(const Surroundings& around, Generations& generations);

  /// Adds the session to those that arrive at a worker. Without memory, std::bad_alloc.
  void place(MovedSession moved, unsigned worker, Arrival& arrival);

  /// No more come: what was made for them is left to those that have arrived.
  void close() noexcept;

 private:
  std::shared_ptr<Upstream> upstream(const SessionState& state, unsigned worker);
  std::shared_ptr<Listener> listener(const SessionState& state, unsigned worker,
                                     const std::shared_ptr<Upstream>& upstream, Arrival& arrival);
  EndpointHold take_endpoint(const SessionState& state);

  const Surroundings around_;
  Generations& generations_;
  // Of names that are not configured, by worker.
  std::map<std::string, std::vector<std::shared_ptr<Upstream>>, std::less<>> upstreams_;
  std::map<std::string, std::vector<std::shared_ptr<Listener>>, std::less<>> listeners_;
};

}  // namespace duplexd
