#pragma once

#include "core/config/config.hpp"
#include "core/config/reading/binds.hpp"
#include "core/config/reading/map_reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// How duplexd treats the sockets that it dials with.
struct EndpointOptions {
  SocketOptions sockets;
  std::vector<Placed<SocketAddress>> source;
};

/// What listeners and upstreams start from.
struct Defaults {
  WhenFull when_full{};
  Timeouts timeouts;
  SocketOptions client;
  EndpointOptions endpoint;
};

inline constexpr std::size_t most_sessions = 10'000'000;  ///< of any limit; no host has that many descriptors

void read_log(MapReader& log, LogConfig& config);
void read_control(MapReader& control, ControlConfig& config);
/// Those of a listener or an upstream; those of the process go into `config`.
Defaults read_defaults(MapReader& top, Config& config);
void read_when_full(MapReader& limits, WhenFull& config);
void read_timeouts(MapReader& timeouts, Timeouts& config);
void read_socket_options(MapReader& options, SocketOptions& config);
void read_unix(MapReader& unix_socket, UnixSocketPermissions& config);
void read_endpoint_options(MapReader& options, EndpointOptions& config);

ListenerConfig read_listener(MapReader& map, const std::string& name, const Defaults& defaults,
                             const Spelling<std::size_t>& upstream_names, BoundAddresses& bound);
UpstreamConfig read_upstream(MapReader& map, const std::string& name, const Defaults& defaults);

}  // namespace duplexd
