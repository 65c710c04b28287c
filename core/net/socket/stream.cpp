#include "core/net/socket/stream.hpp"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <utility>

namespace duplexd {
namespace {

SocketAddress address_by(int (*ask)(int, sockaddr*, socklen_t*), int socket) noexcept {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (ask(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return {reinterpret_cast<const sockaddr*>(&storage), size};
}

int bind_source(int socket, const SocketAddress& source) noexcept {
  const int on = 1;
  if (::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0) return errno;
  return ::bind(socket, source.data(), source.size()) == 0 ? 0 : errno;
}

IoResult splice_once(int from, int to, std::size_t most) noexcept {
  for (;;) {
    const ssize_t n = ::splice(from, nullptr, to, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (n >= 0) return {static_cast<std::size_t>(n), 0};
    if (errno != EINTR) return {0, errno};
  }
}

/// connect(2) as an errno. A signal does not stop a connection from being made.
int connect(int socket, const SocketAddress& to) noexcept {
  if (::connect(socket, to.data(), to.size()) == 0) return 0;
  const int error = errno == EINTR ? EINPROGRESS : errno;
  if (error != EINPROGRESS || !to.is_loopback()) return error;
  // This host has answered itself before connect(2) returned: there is nothing to wait for.
  const int outcome = finish_dial(socket, to);
  return outcome == EALREADY ? EINPROGRESS : outcome;
}

}  // namespace

IoResult splice_from(int socket, int pipe_entrance, std::size_t most) noexcept {
  return splice_once(socket, pipe_entrance, most);
}

IoResult splice_to(int socket, int pipe_exit, std::size_t bytes) noexcept {
  return splice_once(pipe_exit, socket, bytes);
}

int shutdown_send(int socket) noexcept {
  return ::shutdown(socket, SHUT_WR) == 0 || errno == ENOTCONN ? 0 : errno;
}

void reset_on_close(int socket) noexcept {
  const linger at_once{1, 0};
  (void)::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool every_byte_acknowledged(int socket) noexcept {
  int waiting = 0;
  // The end of the stream counts as one, and its acknowledgement may be delayed.
  return ::ioctl(socket, SIOCOUTQ, &waiting) == 0 && waiting <= 1;
}

int pending_error(int socket) noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

SocketAddress local_address(int socket) noexcept { return address_by(&::getsockname, socket); }
SocketAddress peer_address(int socket) noexcept { return address_by(&::getpeername, socket); }

Dialled dial(const SocketAddress& to, const SocketOptions& options, const SocketAddress* source) noexcept {
  FileDescriptor socket(::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  // A host without IPv6 says EAFNOSUPPORT: then an endpoint with an IPv4 address may still do.
  if (!socket) return {{}, errno, errno != EAFNOSUPPORT};
  // The buffers have to be set before the handshake, which announces the window scale.
  if (const int error = apply_but_keepalive(options, socket.get(), to.family())) return {{}, error, true};
  if (source) {
    if (const int error = bind_source(socket.get(), *source); error != 0) return {{}, error, false};
  }
  const int error = connect(socket.get(), to);
  if (error != 0 && error != EINPROGRESS) return {{}, error, false};
  return {std::move(socket), error, false};
}

int finish_dial(int socket, const SocketAddress& to) noexcept {
  if (::connect(socket, to.data(), to.size()) == 0 || errno == EISCONN) return 0;
  return errno == EINPROGRESS ? EALREADY : errno;
}

}  // namespace duplexd
