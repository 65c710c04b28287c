#pragma once

#include "core/config/catalog_config.hpp"
#include "core/config/check_config.hpp"
#include "core/config/edge/proxy_config.hpp"
#include "core/config/edge/tls_config.hpp"
#include "core/config/edge/via_config.hpp"
#include "core/net/address/address.hpp"
#include "core/net/address/network.hpp"
#include "core/net/socket/socket_options.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace duplexd {

/// 0 means off wherever a comment says so; the file spells it `off`.
using Duration = std::chrono::milliseconds;

/// How the endpoint of a session is chosen among those that take sessions.
enum class Balance : std::uint8_t {
  round_robin,        ///< in turn
  least_connections,  ///< the one with the fewest live sessions
  random,             ///< the one of two with fewer live sessions
  source_hash,        ///< by the client's address, in proportion to the weights
  consistent_hash,    ///< by HashConfig: few clients move when the list changes (Maglev)
  first,              ///< the first that has room
};

/// What consistent_hash and source_hash go by.
struct HashConfig {
  enum class Key : std::uint8_t {
    source,       ///< the client's address, without its port
    destination,  ///< the address and port that the client came to
  };
  Key key = Key::source;
  unsigned ipv4_prefix = 32;  ///< leading bits of the address that count
  unsigned ipv6_prefix = 128;
  bool operator==(const HashConfig&) const = default;
};

/// What becomes of live sessions when their endpoint takes no new ones any more. Those that it ends, end at
/// random moments within Config::close_spread.
enum class LiveSessions : std::uint8_t {
  keep,   ///< they go on
  drain,  ///< they go on for Config::drain, then they are ended
  close,  ///< they are ended
};

/// What becomes of the sessions of endpoints of a lower priority when one of a higher priority is there
/// again.
enum class OnUp : std::uint8_t {
  keep,           ///< they go on
  close_backups,  ///< they are ended as LiveSessions::close says
};

/// What becomes of clients while every endpoint is down by its checks or by the operator.
enum class OnAllDown : std::uint8_t {
  refuse,   ///< their sessions end at once
  try_all,  ///< every endpoint is tried that the operator has not taken out
};

/// When sessions themselves show that an endpoint is of no use.
struct PassiveConfig {
  bool enabled = true;
  unsigned failures = 3;      ///< in a row: connections not made, or reset before a byte came back
  Duration early{1'000};      ///< a reset is early for so long
  Duration ejection{10'000};  ///< the first one; each further one in a row takes twice as long
  Duration longest{300'000};
  unsigned share = 50;  ///< percent of the addresses that may be ejected at once, but always one of several
  bool operator==(const PassiveConfig&) const = default;
};

/// What a session does when every endpoint was tried.
struct RetryConfig {
  unsigned rounds = 3;    ///< further ones; 0: none
  Duration pause{1'000};  ///< before each
  bool operator==(const RetryConfig&) const = default;
};

enum class EndpointOrigin : std::uint8_t {
  written,  ///< in the configuration
  file,     ///< in UpstreamConfig::endpoints_file
  service,  ///< in the answer of DNS about a service
  catalog,  ///< in UpstreamConfig::etcd or consul
};

struct EndpointConfig {
  std::string name{};  ///< the address as written, which logs and metrics show
  EndpointAddress address{};
  unsigned weight = 1;    ///< 0 to 1000; 0: takes no new sessions
  unsigned priority = 0;  ///< those of the lowest number serve; the next ones when all of them are down
  bool backup = false;    ///< after every priority
  std::size_t max_sessions = 0;  ///< at once, at each of its addresses; 0: any number
  EndpointOrigin origin = EndpointOrigin::written;
  bool operator==(const EndpointConfig&) const = default;
};

/// A family of IP addresses.
enum class IpFamily : std::uint8_t { ipv4, ipv6 };

struct ResolveConfig {
  Duration interval{30'000};         ///< between two look-ups of a host name
  bool required = true;              ///< refuse to start while a name has no address
  IpFamily prefer = IpFamily::ipv6;  ///< whose addresses of a name come first (RFC 6724, section 2.1)
  Duration attempt_delay{250};       ///< until the other family of a name is dialled beside; 0: it is not
  bool operator==(const ResolveConfig&) const = default;
};

struct UpstreamConfig {
  std::string name{};
  Balance balance = Balance::round_robin;
  HashConfig hash{};
  OnAllDown on_all_down = OnAllDown::refuse;
  LiveSessions on_removed = LiveSessions::keep;  ///< by a reload
  LiveSessions on_down = LiveSessions::keep;     ///< by checks, or disabled by the operator
  LiveSessions on_drained = LiveSessions::keep;  ///< by the operator
  OnUp on_up = OnUp::keep;
  CheckConfig check{};
  PassiveConfig passive{};
  RetryConfig retry{};
  Duration slow_start{0};          ///< until an endpoint that came up has its full share; 0: at once
  std::size_t max_waiting = 1024;  ///< sessions that wait for an endpoint with room, in the process
  ResolveConfig resolve{};
  SocketOptions endpoint{};  ///< the sockets that we dial with
  ProxyOutConfig proxy_protocol{};
  EndpointTlsConfig tls{};
  ViaConfig via{};
  /// Local addresses to dial from, with port 0, used in turn. Empty: the kernel chooses.
  std::vector<SocketAddress> source{};
  /// The client's address stands in their place; `source` is empty.
  bool source_is_client = false;
  std::string endpoints_file{};  ///< an absolute path; "": none
  EtcdConfig etcd{};
  ConsulConfig consul{};
  /// Those of the file come last. There is at least one, unless there is a file or a catalog.
  std::vector<EndpointConfig> endpoints{};
  bool has_catalog() const noexcept { return etcd.enabled || consul.enabled; }
  /// What is dialled for an endpoint: itself, or the proxy that leads to it.
  const EndpointAddress& dialled(const EndpointConfig& each) const noexcept {
    return via.enabled ? via.address : each.address;
  }
  bool operator==(const UpstreamConfig&) const = default;
};

}  // namespace duplexd
