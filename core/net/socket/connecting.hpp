#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/socket/socket_options.hpp"

#include <cerrno>
#include <cstdint>

namespace duplexd {

/// The system call of begin_connect() that failed, or is under way.
enum class ConnectStep : std::uint8_t {
  socket,   ///< socket(2)
  option,   ///< setsockopt(2), of NetworkOptions
  source,   ///< this host has no such source address, or none at all of the family: bind(2), connect(2)
  connect,  ///< connect(2)
};

/// A connection that was begun. Owns a non-blocking, close-on-exec socket unless `error` is a failure.
struct Connecting {
  FileDescriptor socket;
  int error = 0;  ///< errno; 0 and EINPROGRESS are no failures
  ConnectStep step = ConnectStep::connect;

  bool connected() const noexcept { return error == 0; }
  bool in_progress() const noexcept { return error == EINPROGRESS; }  ///< wait for writability
};

/// Starts to connect, without keepalive yet, and not without one of the NetworkOptions. With a `source` (port
/// 0) the kernel chooses the local port when it knows the peer, so that each source address has its 28,000
/// ports per endpoint (IP_BIND_ADDRESS_NO_PORT, ip(7)); `foreign`: it need not be of this host
/// (set_transparent()). A Unix listener with a full backlog refuses with EAGAIN: there is nothing to wait
/// for.
Connecting begin_connect(const SocketAddress& to, const SocketOptions& options, const SocketAddress* source,
                         bool foreign = false) noexcept;

/// Asks how a connection that was in progress went, once the socket is ready: 0 is connected, EALREADY means
/// not yet (wait again), all else is why it failed. After a failure the socket is of no more use: to ask
/// again would connect again.
int finish_connect(int socket, const SocketAddress& to) noexcept;

/// True if both ends of the connection are `to`. It happens on a port of this host that has no listener, when
/// the kernel chooses that very port to connect from.
bool is_connected_to_itself(int socket, const SocketAddress& to) noexcept;

}  // namespace duplexd
