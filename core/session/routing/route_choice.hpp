#pragma once

#include "core/config/edge/route_config.hpp"
#include "core/net/address/address.hpp"
#include "core/net/client_hello/client_hello.hpp"

#include <cstdint>
#include <vector>

namespace duplexd {

/// What is known of a client when its upstream is chosen.
struct Asked {
  PeerAddress client{};
  std::uint16_t destination_port = 0;  ///< 0: the client came to a Unix socket
  const ClientHello* hello = nullptr;  ///< null: the client does not speak TLS, or needs_hello() is false
};

// Decisions about a client. They allocate nothing, and cost a comparison for each condition before the route.

/// Whether there is a client whose hello has to be read.
bool may_need_hello(const std::vector<RouteConfig>& routes) noexcept;

/// Whether the hello of this client has to be read: the first route that its addresses allow asks for it.
bool needs_hello(const std::vector<RouteConfig>& routes, const Asked& asked) noexcept;

/// Why a route does not take a client: the first of its conditions that the client does not meet.
enum class Mismatch : std::uint8_t {
  none,  ///< it does
  destination_port,
  source,
  no_hello,  ///< it asks for what a hello says, and the client does not speak TLS
  sni,
  alpn,
};
Mismatch mismatch_of(const RouteConfig& route, const Asked& asked) noexcept;

/// The first route that takes the client. Null: none does.
const RouteConfig* choose_route(const std::vector<RouteConfig>& routes, const Asked& asked) noexcept;

}  // namespace duplexd
