#pragma once

#include "core/config/loader.hpp"
#include "core/config/reload_class.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// One thing that differs between two configurations: a key, or a whole listener, upstream or endpoint that
/// is in one of them only.
struct Change {
  std::string path;                   ///< "listeners.web", "upstreams.pg.endpoints[10.0.0.1:5432].weight"
  std::optional<std::string> before;  ///< as in the file, or a few words about what is whole; none: it is new
  std::optional<std::string> after;   ///< none: it is gone
  ReloadClass reload_class = ReloadClass::restart;
  std::string listener;  ///< whom it touches; "": no one listener
  std::string upstream;  ///< the owner of the key, so it is "" for the key `upstream` of a listener
  std::string endpoint;  ///< of `upstream`: EndpointConfig::name
};

/// What a reload from one effective configuration to the other would change, in the order of the paths.
/// Endpoints are the same if their addresses are, wherever they stand in the list. A key that has no class
/// counts as one that needs a restart.
std::vector<Change> difference(const std::vector<EffectiveValue>& before,
                               const std::vector<EffectiveValue>& after);

}  // namespace duplexd
