#pragma once

#include "core/metrics/events.hpp"
#include "core/reload/generation.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_set>

namespace duplexd {

/// Reports which endpoints sessions have ejected, and which they use again: once each. Workers only write it
/// down. Used by the control thread.
class EndpointWatch {
 public:
  EndpointWatch(EventSink& sink, std::uint32_t control_number) : sink_(sink), number_(control_number) {}

  /// Without memory std::bad_alloc, and it is told the next time.
  void look(const Generation& served);

 private:
  void report(const ServedUpstream& upstream, const Endpoint& endpoint, bool ejected);

  EventSink& sink_;
  const std::uint32_t number_;  // what events call the control thread
  std::unordered_set<const Endpoint*> ejected_;
};

}  // namespace duplexd
