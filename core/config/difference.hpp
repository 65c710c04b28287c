#pragma once

#include "core/config/loader.hpp"
#include "core/config/reload_class.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// One difference between two configurations: a key, or a whole listener, upstream, endpoint or route that
/// only one of them has.
struct Change {
  /// "listeners.web", "upstreams.pg.endpoints[10.0.0.1:5432].weight"
  std::string path;
  /// The value as in the file, or a summary of a whole. None: the key or the whole is new.
  std::optional<std::string> before;
  /// None: the key or the whole was removed.
  std::optional<std::string> after;
  ReloadClass reload_class = ReloadClass::restart;
  std::string listener;  ///< the listener that owns the key; "": no listener does
  std::string upstream;  ///< the upstream that owns the key; "" for the key `upstream` of a listener
  std::string endpoint;  ///< EndpointConfig::name, if an endpoint of `upstream` owns the key
};

/// The changes that a reload from `before` to `after` would make, in the order of their paths. Two endpoints
/// are the same if their addresses are, whatever their places in the list, and two routes if their places
/// are. A key without a class needs a restart.
std::vector<Change> difference(const std::vector<EffectiveValue>& before,
                               const std::vector<EffectiveValue>& after);

}  // namespace duplexd
