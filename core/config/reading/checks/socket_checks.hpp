#pragma once

#include "core/config/config.hpp"
#include "core/config/reading/map_reader.hpp"

namespace duplexd {

// Problems with options of sockets. A Unix socket ignores those of TCP that `defaults` have; one in its own
// listener or upstream is a problem.

/// Of a listener that was read.
void check_client_sockets(MapReader& map, const ListenerConfig& listener);
/// Of an upstream whose endpoints are those of the configuration.
void check_endpoint_sockets(MapReader& map, const UpstreamConfig& upstream);

}  // namespace duplexd
