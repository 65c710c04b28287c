#pragma once

#include "core/net/address/network.hpp"
#include "core/net/client_hello/name_pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duplexd {

/// Ports from the first to the last one.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  bool operator==(const PortRange&) const = default;
};

/// The upstream of the clients that meet all conditions. One item of a list is enough; an empty list is no
/// condition.
struct RouteConfig {
  std::vector<NamePattern> sni{};             ///< names in the ClientHello
  std::vector<std::string> alpn{};            ///< protocols in the ClientHello
  NetworkSet source{};                        ///< addresses of clients
  std::vector<PortRange> destination_port{};  ///< ports of the listener
  std::optional<std::size_t> upstream{};      ///< index into Config::upstreams; none: `reject` is true
  bool reject = false;
  bool operator==(const RouteConfig&) const = default;
};

/// How clients ask for TLS in a protocol that begins without it.
enum class StartTls : std::uint8_t {
  off,       ///< they do not: TLS begins at once
  postgres,  ///< by an SSLRequest
};

}  // namespace duplexd
