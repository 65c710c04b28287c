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

/// Where some clients of a listener go: those that meet all conditions. A list is met by any item of it, and
/// an empty list by everybody.
struct RouteConfig {
  std::vector<NamePattern> sni{};             ///< the client speaks TLS and asks for such a name
  std::vector<std::string> alpn{};            ///< the client speaks TLS and offers such a protocol
  NetworkSet source{};                        ///< the client has an address in there
  std::vector<PortRange> destination_port{};  ///< the client came to such a port
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
