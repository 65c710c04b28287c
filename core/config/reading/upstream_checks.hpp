#pragma once

#include "core/config/config.hpp"
#include "core/config/reading/map_reader.hpp"

namespace duplexd {

/// Reports endpoints that an upstream has twice or cannot dial, and an upstream without endpoints. `map` has
/// read them last.
void check_endpoints(MapReader& map, const UpstreamConfig& upstream);

/// The same for those from `first` on, which are the list `endpoints` of this map. The ones before are right.
void check_endpoints_from(MapReader& map, const UpstreamConfig& upstream, std::size_t first);

/// Reports a login at a proxy that lacks a part, or has one twice.
void check_via(MapReader& map, const ViaConfig& via);

}  // namespace duplexd
