#include "core/net/stream.hpp"

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

/// connect(2) as an errno. A signal does not stop a connection from being made.
int connect(int socket, const SocketAddress& to) noexcept {
  if (::connect(socket, to.data(), to.size()) == 0) return 0;
  return errno == EINTR ? EINPROGRESS : errno;
}

}  // namespace

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
  if (const int error = apply(options, socket.get(), to.family()); error != 0) return {{}, error, true};
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
