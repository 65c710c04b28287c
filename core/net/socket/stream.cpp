#include "core/net/socket/stream.hpp"

#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace duplexd {
namespace {

SocketAddress address_by(int (*ask)(int, sockaddr*, socklen_t*), int socket) noexcept {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (ask(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return {reinterpret_cast<const sockaddr*>(&storage), size};
}

IoResult splice_once(int from, int to, std::size_t most) noexcept {
  for (;;) {
    const ssize_t n = ::splice(from, nullptr, to, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (n >= 0) return {static_cast<std::size_t>(n), 0};
    if (errno != EINTR) return {0, errno};
  }
}

}  // namespace

IoResult peek(int socket) noexcept {
  std::byte byte{};
  return peek(socket, std::span(&byte, 1));
}

IoResult peek(int socket, std::span<std::byte> into) noexcept {
  for (;;) {
    const ssize_t n = ::recv(socket, into.data(), into.size(), MSG_DONTWAIT | MSG_PEEK);
    if (n >= 0) return {static_cast<std::size_t>(n), 0};
    if (errno != EINTR) return {0, errno};
  }
}

bool has_peer_ended(int socket) noexcept {
  pollfd watched{.fd = socket, .events = POLLRDHUP, .revents = 0};
  return ::poll(&watched, 1, 0) == 1 && (watched.revents & POLLRDHUP) != 0;
}

IoResult read_pipe(int pipe_exit, std::span<std::byte> into) noexcept {
  for (;;) {
    const ssize_t n = ::read(pipe_exit, into.data(), into.size());
    if (n >= 0) return {static_cast<std::size_t>(n), 0};
    if (errno != EINTR) return {0, errno};
  }
}

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

}  // namespace duplexd
