#pragma once

#include "core/config/config.hpp"
#include "core/config/reading/map_reader.hpp"
#include "core/config/system.hpp"

#include <vector>

namespace duplexd {

/// load_endpoints_file() on a given machine. A problem with the file as a whole has line 0.
std::vector<Problem> read_endpoints_file(UpstreamConfig& upstream, const System& system);

/// Adds the endpoints of the file that the upstream of this map names.
void take_endpoints_file(MapReader& map, UpstreamConfig& upstream);

}  // namespace duplexd
