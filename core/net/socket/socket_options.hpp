#pragma once

#include "core/net/socket/options/network_options.hpp"

#include <chrono>
#include <cstddef>

namespace duplexd {

/// TCP keepalive (tcp(7)): a peer that vanished while idle is noticed after idle + count * interval.
struct Keepalive {
  bool enabled = true;
  std::chrono::seconds idle{60};
  std::chrono::seconds interval{10};
  int count = 6;
  bool operator==(const Keepalive&) const = default;
};

/// The options of the sockets on one side of a session. A Unix socket takes the buffer sizes only.
struct SocketOptions {
  bool nodelay = true;  ///< TCP_NODELAY: small messages leave at once
  Keepalive keepalive;
  /// TCP_USER_TIMEOUT; 0: off. It also ends the connection of a live peer that reads nothing.
  std::chrono::milliseconds user_timeout{0};
  std::size_t receive_buffer = 0;  ///< SO_RCVBUF in bytes; 0: the kernel tunes it
  std::size_t send_buffer = 0;     ///< SO_SNDBUF in bytes; 0: the kernel tunes it
  NetworkOptions network{};        ///< which the functions below leave alone
  bool operator==(const SocketOptions&) const = default;
};

/// Sets what it can of a connected or connecting socket's options. Returns 0, or the errno of the first
/// refused option.
int apply(const SocketOptions& options, int socket, int family) noexcept;

// The same in two steps, because keepalive can wait until the connection proves to last.
int apply_but_keepalive(const SocketOptions& options, int socket, int family) noexcept;
int apply(const Keepalive& keepalive, int socket) noexcept;

/// The same on a socket that may have other options: an option that is off or `auto` returns to the kernel's
/// default. Before Linux 5.14, which has no SO_BUF_LOCK, and with MPTCP, a fixed buffer keeps its size.
int reapply(const SocketOptions& options, int socket, int family) noexcept;

}  // namespace duplexd
