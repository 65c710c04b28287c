#pragma once

#include "core/net/address/address.hpp"
#include "core/net/proxy_header/proxy_header.hpp"
#include "core/net/socket/options/network_options.hpp"
#include "core/net/tunnel/tunnel.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplexd {

/// What a conversation connects to, and from where.
struct ConversationTarget {
  SocketAddress address;
  std::string name;                    ///< as written: "db.internal:5432"
  std::vector<SocketAddress> sources;  ///< with port 0; empty: the kernel chooses
  NetworkOptions network{};            ///< of its socket
  std::size_t turn = 0;                ///< the source that comes first
  /// Of the PROXY header that the peer expects; none: it expects none.
  std::optional<ProxyVersion> proxy{};
  std::shared_ptr<const Tunnel> tunnel{};  ///< that `address` leads to it by; null: it is its own
  std::uint16_t port = 0;                  ///< at the end of the tunnel; 0: that of the name

  /// The name without its port and brackets: "db.internal", "2001:db8::1"; "localhost" of a Unix socket.
  std::string host() const;
  /// Where the tunnel leads to.
  TunnelTarget beyond() const noexcept;
};

}  // namespace duplexd
