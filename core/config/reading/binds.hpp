#pragma once

#include "core/config/config.hpp"
#include "core/config/reading/map_reader.hpp"

#include <vector>

namespace duplexd {

/// Takes the addresses of a listener. One that another listener binds is a problem: SO_REUSEPORT would allow
/// it, and each listener would get some of the clients.
void take_binds(MapReader& map, ListenerConfig& listener, const std::vector<Placed<Bind>>& binds);
/// After the listener was read, which says by which interface its clients come.
void refuse_bound_twice(MapReader& map, const ListenerConfig& listener);

}  // namespace duplexd
