#pragma once

#include "core/config/config.hpp"
#include "core/config/reading/map_reader.hpp"

namespace duplexd {

/// Reports endpoints that an upstream has twice or cannot dial, and an upstream without endpoints. `map` has
/// read them last.
void check_endpoints(MapReader& map, const UpstreamConfig& upstream);

}  // namespace duplexd
