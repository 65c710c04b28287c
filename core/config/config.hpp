#pragma once

#include "core/config/admin/admin_config.hpp"
#include "core/config/edge/limit.hpp"
#include "core/config/edge/proxy_config.hpp"
#include "core/config/edge/route_config.hpp"
#include "core/config/edge/tls_config.hpp"
#include "core/config/log/log_config.hpp"
#include "core/config/upstream_config.hpp"
#include "core/net/address/address.hpp"
#include "core/net/address/network.hpp"
#include "core/net/socket/listen_socket.hpp"
#include "core/net/socket/socket_options.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

struct Timeouts {
  Duration connect{5'000};  ///< one attempt at one endpoint; never off
  /// All that comes before bytes are relayed, every attempt to connect together; never off. A longer
  /// `connect` counts instead.
  Duration handshake{10'000};
  Duration queue{10'000};        ///< waiting for an endpoint that has room, beside `handshake`; never off
  Duration idle{3'600'000};      ///< no byte in either direction; 0: off
  Duration half_closed{60'000};  ///< no byte in one direction after the other has ended; 0: off
  Duration lifetime{0};          ///< of a session, whatever it does; 0: off
  /// Percent by which a lifetime is shortened at random, so that sessions do not end together.
  unsigned lifetime_jitter = 10;

  Duration before_relay() const noexcept { return std::max(handshake, connect); }
  bool operator==(const Timeouts&) const = default;
};

/// How duplexctl reaches the process.
struct ControlConfig {
  enum class Socket : std::uint8_t {
    automatic,  ///< control.sock in the service manager's $RUNTIME_DIRECTORY, if there is one; else off
    off,
    path,
  };
  Socket socket = Socket::automatic;
  std::string path;                   ///< for Socket::path: absolute, and fits sockaddr_un::sun_path
  UnixSocketPermissions permissions;  ///< of the socket, which belongs to the user that duplexd runs as
  std::string state_file;             ///< absolute; "": none
  bool operator==(const ControlConfig&) const = default;
};

/// Addresses that may connect: none in `deny`, and only those in `allow` unless it is empty. A Unix client
/// has no address; the mode of the socket admits it.
struct AccessConfig {
  NetworkSet allow;
  NetworkSet deny;
  bool dry_run = false;  ///< clients that may not connect are counted, and may
  bool operator==(const AccessConfig&) const = default;
};

/// What becomes of clients while there may be no further session.
enum class WhenFull : std::uint8_t {
  wait,    ///< they wait in the backlog
  refuse,  ///< they are reset
};

struct ListenerLimits {
  std::size_t sessions = 0;             ///< at once; 0: only the limit of the process
  WhenFull when_full = WhenFull::wait;  ///< at this limit, and at that of the process
  std::size_t per_source = 0;           ///< at once from one source address; further ones are closed; 0: off
  std::size_t rate = 0;   ///< new sessions a second; further clients fare as `when_full` says; 0: off
  std::size_t burst = 0;  ///< of them at once after a pause; 0: as many as `rate`
  std::size_t per_source_rate =
      0;  ///< new sessions a second from one source; further ones are closed; 0: off
  std::size_t per_source_burst = 0;  ///< of them at once after a pause; 0: as many as `per_source_rate`
  std::size_t handshakes = 0;  ///< sessions at once in their TLS handshake; further ones wait; 0: any number
  LimitSet dry_run{};          ///< of those above: who is beyond is counted, and served
  unsigned ipv6_source_prefix = 64;  ///< IPv6 clients count as one source by this many leading bits
  bool operator==(const ListenerLimits&) const = default;
};

/// Bytes a second; 0: any number.
struct BandwidthConfig {
  std::size_t total_upstream = 0;    ///< from clients to endpoints, of all sessions of a listener together
  std::size_t total_downstream = 0;  ///< the other way
  std::size_t session_upstream = 0;  ///< the same of each session
  std::size_t session_downstream = 0;
  LimitSet dry_run{};  ///< of those: bytes beyond are counted, and relayed at once

  bool limits_sessions() const noexcept { return session_upstream > 0 || session_downstream > 0; }
  bool operator==(const BandwidthConfig&) const = default;
};

/// Whether bulk goes from socket to socket by splice(2).
enum class ZeroCopy : std::uint8_t {
  automatic,  ///< where a direction carries bulk, and as long as it does
  off,        ///< everything is copied
};

struct ListenerConfig {
  std::string name;
  std::vector<BindAddress> bind;
  /// Accepts what was meant for other hosts (TPROXY), and may be bound to their addresses.
  bool transparent = false;
  /// Index into Config::upstreams, for clients that no route takes. None: there are routes, and those clients
  /// are refused.
  std::optional<std::size_t> upstream = 0;
  std::vector<RouteConfig> routes;  ///< the first that takes a client decides
  StartTls starttls = StartTls::off;
  ProxyInConfig proxy_protocol;
  AccessConfig access;
  ListenerLimits limits;
  BandwidthConfig bandwidth;
  Timeouts timeouts;
  SocketOptions client;  ///< the sockets that are accepted here
  ZeroCopy zero_copy = ZeroCopy::automatic;
  ListenerTlsConfig tls;
  UnixSocketPermissions unix_socket;
  int backlog = 4096;  ///< listen(2); the kernel caps it at net.core.somaxconn
  bool operator==(const ListenerConfig&) const = default;
};

/// The limits of the listener that are set, and tried only.
LimitSet tried_limits(const ListenerConfig& listener) noexcept;

/// The upstreams that clients of the listener may be connected to, as indexes, each once.
inline std::vector<std::size_t> upstreams_of(const ListenerConfig& listener) {
  std::vector<std::size_t> all;
  if (listener.upstream) all.push_back(*listener.upstream);
  for (const RouteConfig& route : listener.routes)
    if (route.upstream) all.push_back(*route.upstream);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// A whole, valid configuration: every reference resolved, every default filled in. Immutable once it is
/// shared.
struct Config {
  unsigned workers = 0;  ///< 0: one per CPU that the process may run on
  LogConfig log;
  ControlConfig control;
  AdminConfig admin;
  std::size_t max_sessions = 0;   ///< in the process; 0: as many as the descriptor limit allows
  Duration drain{30'000};         ///< time for sessions to end after a request to stop; 0: none
  Duration restart{2'000};        ///< the same at a restart, for sessions that the next process cannot have
  Duration exit_when_idle{0};     ///< the process ends after so long without a session; 0: it stays
  Duration close_spread{10'000};  ///< a reload that ends sessions ends them within it; 0: at once
  std::vector<SocketAddress> name_servers;  ///< to ask instead of those of resolv.conf; empty: those
  Duration resolve_start_timeout{20'000};   ///< for all required names together, at start and at a reload
  std::vector<ListenerConfig> listeners;    ///< at least one
  std::vector<UpstreamConfig> upstreams;    ///< at least one
  bool operator==(const Config&) const = default;
};

}  // namespace duplexd
