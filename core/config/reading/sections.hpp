#pragma once

#include "core/config/config.hpp"
#include "core/config/reading/map_reader.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// Every address to bind, with the place where it was written. It finds addresses that two listeners bind,
/// which SO_REUSEPORT would allow: each listener would get some of the clients.
class BoundAddresses {
 public:
  static constexpr std::size_t most = 10'000;  ///< in one configuration, with the ports of ranges

  /// Reads `bind` of a listener. An address that is bound already is a problem.
  std::vector<BindAddress> read(MapReader& listener);

 private:
  void add(const BindAddress& address, Place place, MapReader& listener);

  std::map<std::string, Place> bound_;
  std::size_t left_ = most;
};

/// The sockets that duplexd dials with.
struct EndpointOptions {
  SocketOptions sockets;
  std::vector<Placed<SocketAddress>> source;
};

/// The values that listeners and upstreams inherit.
struct Defaults {
  WhenFull when_full{};
  Timeouts timeouts;
  SocketOptions client;
  EndpointOptions endpoint;
};

inline constexpr std::size_t most_sessions = 10'000'000;  ///< of any limit; no host has that many descriptors

void read_log(MapReader& log, LogConfig& config);
void read_control(MapReader& control, ControlConfig& config);
/// Reads what the names of all upstreams have in common.
void read_start_timeout(MapReader& resolve, Duration& config);
/// Returns the defaults of listeners and upstreams; keys of the process go into `config`.
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
