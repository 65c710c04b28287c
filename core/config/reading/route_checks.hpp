#pragma once

#include "core/config/config.hpp"
#include "core/config/reading/map_reader.hpp"

namespace duplexd {

/// Reports routes that lead nowhere or to two places, and those whose clients an earlier one takes. `map` is
/// that of the listener, and has read `routes` last.
void check_routes(MapReader& map, const ListenerConfig& listener);

}  // namespace duplexd
