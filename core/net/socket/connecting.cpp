#include "core/net/socket/connecting.hpp"

#include "core/net/socket/stream.hpp"
#include "core/net/transparency/transparency.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <utility>

namespace duplexd {
namespace {

// Without the option the port is taken here already, which leaves fewer of them and no other harm.
int bind_source(int socket, const SocketAddress& source, bool foreign) noexcept {
  if (foreign) {
    if (const int error = set_transparent(socket, source.family(), true)) return error;
  }
  const int on = 1;
  (void)::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return ::bind(socket, source.data(), source.size()) == 0 ? 0 : errno;
}

/// connect(2) as an errno. A signal does not stop a connection from being made.
int connect(int socket, const SocketAddress& to) noexcept {
  if (::connect(socket, to.data(), to.size()) == 0) return 0;
  const int error = errno == EINTR ? EINPROGRESS : errno;
  if (error != EINPROGRESS || !to.is_loopback()) return error;
  // This host has answered itself before connect(2) returned: there is nothing to wait for.
  const int outcome = finish_connect(socket, to);
  return outcome == EALREADY ? EINPROGRESS : outcome;
}

// EADDRNOTAVAIL of connect(2) has two causes. A datagram socket needs a source address as well, but its ports
// are others.
bool lacks_any_source(const SocketAddress& to, const NetworkOptions& options) noexcept {
  const FileDescriptor probe(::socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto& interface = options.interface;
  (void)::setsockopt(probe.get(), SOL_SOCKET, SO_BINDTODEVICE, interface.data(),
                     static_cast<socklen_t>(interface.size()));
  return probe && ::connect(probe.get(), to.data(), to.size()) != 0 && errno == EADDRNOTAVAIL;
}

ConnectStep step_of(int error, const SocketAddress& to, const NetworkOptions& options,
                    const SocketAddress* source) noexcept {
  const bool unclear = error == EADDRNOTAVAIL && !source;
  return unclear && lacks_any_source(to, options) ? ConnectStep::source : ConnectStep::connect;
}

}  // namespace

Connecting begin_connect(const SocketAddress& to, const SocketOptions& options, const SocketAddress* source,
                         bool foreign) noexcept {
  FileDescriptor socket = new_stream_socket(to.family(), options.network);
  if (!socket) return {{}, errno, ConnectStep::socket};
  // The buffers have to be set before the handshake, which announces the window scale. A session without an
  // option that a sandbox refuses is better than none.
  (void)apply_but_keepalive(options, socket.get(), to.family());
  if (const int error = apply_network(options.network, socket.get(), to.family()))
    return {{}, error, ConnectStep::option};
  if (source) {
    if (const int error = bind_source(socket.get(), *source, foreign))
      return {{}, error, ConnectStep::source};
  }
  const int error = connect(socket.get(), to);
  if (error != 0 && error != EINPROGRESS) return {{}, error, step_of(error, to, options.network, source)};
  return {std::move(socket), error, ConnectStep::connect};
}

int finish_connect(int socket, const SocketAddress& to) noexcept {
  if (::connect(socket, to.data(), to.size()) == 0 || errno == EISCONN) return 0;
  return errno == EINPROGRESS ? EALREADY : errno;
}

bool is_connected_to_itself(int socket, const SocketAddress& to) noexcept {
  return local_address(socket) == to;
}

}  // namespace duplexd
