#pragma once

#include <chrono>
#include <cstddef>

namespace duplexd {

/// TCP keepalive (tcp(7)): a peer that vanished while idle is noticed after idle + count * interval.
struct Keepalive {
  bool enabled = true;
  std::chrono::seconds idle{60};
  std::chrono::seconds interval{10};
  int count = 6;
};

/// What is set on one leg of a session. Unix sockets take the buffer sizes only.
struct SocketOptions {
  bool nodelay = true;  ///< TCP_NODELAY: small messages leave at once
  Keepalive keepalive;
  std::chrono::milliseconds user_timeout{
      0};  ///< TCP_USER_TIMEOUT; 0: off. It also cuts a peer that is alive but reads nothing
  std::size_t receive_buffer = 0;  ///< SO_RCVBUF in bytes; 0: the kernel tunes it
  std::size_t send_buffer = 0;     ///< SO_SNDBUF in bytes; 0: the kernel tunes it
};

/// Sets them on a connected or connecting socket. Returns 0, or the errno of the first option that was
/// refused.
int apply(const SocketOptions& options, int socket, int family) noexcept;

// In two steps, with the same result: keepalive can wait until it is known that the connection lasts.
int apply_but_keepalive(const SocketOptions& options, int socket, int family) noexcept;
int apply(const Keepalive& keepalive, int socket) noexcept;

/// The same on a socket that may have had other options: what is off or `auto` is the kernel's default
/// again. Before Linux 5.14, which has no SO_BUF_LOCK, a fixed buffer keeps its size.
int reapply(const SocketOptions& options, int socket, int family) noexcept;

}  // namespace duplexd
