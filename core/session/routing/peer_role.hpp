#pragma once

#include "core/config/edge/proxy_config.hpp"
#include "core/net/address/address.hpp"

#include <cstdint>

namespace duplexd {

/// What the peer of a socket is to a listener, by the PROXY headers that the listener believes.
enum class PeerRole : std::uint8_t {
  client,
  proxy,     ///< its header says who the client is
  stranger,  ///< a header is required, and is not believed of this peer
};

inline PeerRole peer_role(const ProxyInConfig& rules, const PeerAddress& peer) noexcept {
  if (!rules.enabled) return PeerRole::client;
  if (!peer.is_ip() || rules.from.contains(peer.ip())) return PeerRole::proxy;
  return rules.mode == ProxyInConfig::Mode::required ? PeerRole::stranger : PeerRole::client;
}

}  // namespace duplexd
