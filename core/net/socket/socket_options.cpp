#include "core/net/socket/socket_options.hpp"

#include "core/net/socket/file_descriptor.hpp"

#include <linux/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <climits>
#include <utility>

namespace duplexd {
namespace {

/// Sets options, and goes on where one is refused.
class Setter {
 public:
  explicit Setter(int socket) noexcept : socket_(socket) {}

  template <class Number>
  void operator()(int level, int name, Number value) noexcept {
    const int number = std::cmp_greater(value, INT_MAX) ? INT_MAX : static_cast<int>(value);
    const bool refused = ::setsockopt(socket_, level, name, &number, sizeof number) != 0;
    if (refused && error_ == 0) error_ = errno;
  }
  int error() const noexcept { return error_; }

 private:
  int socket_;
  int error_ = 0;
};

/// The buffer size of a new socket of this family.
int default_size(int family, int name) noexcept {
  const FileDescriptor fresh(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  int size = 0;
  socklen_t length = sizeof size;
  ::getsockopt(fresh.get(), SOL_SOCKET, name, &size, &length);
  return size / 2;  // the kernel doubles the value that is set (socket(7))
}

/// Lets the kernel tune buffers whose size was fixed before.
int unlock_buffers(const SocketOptions& options, int socket, int family) noexcept {
  int locked = 0;
  socklen_t length = sizeof locked;
  if (::getsockopt(socket, SOL_SOCKET, SO_BUF_LOCK, &locked, &length) != 0) return 0;  // Linux before 5.14
  Setter set(socket);
  const bool receive = (locked & SOCK_RCVBUF_LOCK) != 0 && options.receive_buffer == 0;
  const bool send = (locked & SOCK_SNDBUF_LOCK) != 0 && options.send_buffer == 0;
  if (receive) set(SOL_SOCKET, SO_RCVBUF, default_size(family, SO_RCVBUF));
  if (send) set(SOL_SOCKET, SO_SNDBUF, default_size(family, SO_SNDBUF));
  if (receive) locked &= ~SOCK_RCVBUF_LOCK;
  if (send) locked &= ~SOCK_SNDBUF_LOCK;
  if (receive || send) set(SOL_SOCKET, SO_BUF_LOCK, locked);
  return set.error() == EOPNOTSUPP ? 0 : set.error();  // of MPTCP
}

}  // namespace

// A new socket has all of this off, so nothing is switched off.
int apply_but_keepalive(const SocketOptions& options, int socket, int family) noexcept {
  Setter set(socket);
  if (options.receive_buffer != 0) set(SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
  if (options.send_buffer != 0) set(SOL_SOCKET, SO_SNDBUF, options.send_buffer);
  if (family == AF_UNIX) return set.error();

  if (options.nodelay) set(IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.user_timeout.count() != 0) set(IPPROTO_TCP, TCP_USER_TIMEOUT, options.user_timeout.count());
  return set.error();
}

int apply(const Keepalive& keepalive, int socket) noexcept {
  if (!keepalive.enabled) return 0;
  Setter set(socket);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, keepalive.idle.count());
  set(IPPROTO_TCP, TCP_KEEPINTVL, keepalive.interval.count());
  set(IPPROTO_TCP, TCP_KEEPCNT, keepalive.count);
  const bool has_times_of_kernel = set.error() == EOPNOTSUPP && is_mptcp(socket);
  return has_times_of_kernel ? 0 : set.error();
}

int apply(const SocketOptions& options, int socket, int family) noexcept {
  const int error = apply_but_keepalive(options, socket, family);
  return error != 0 || family == AF_UNIX ? error : apply(options.keepalive, socket);
}

int reapply(const SocketOptions& options, int socket, int family) noexcept {
  if (const int error = unlock_buffers(options, socket, family)) return error;
  if (family != AF_UNIX) {
    Setter set(socket);
    if (!options.nodelay) set(IPPROTO_TCP, TCP_NODELAY, 0);
    if (!options.keepalive.enabled) set(SOL_SOCKET, SO_KEEPALIVE, 0);
    if (options.user_timeout.count() == 0 && !is_mptcp(socket)) set(IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
    if (set.error() != 0) return set.error();
  }
  return apply(options, socket, family);
}

}  // namespace duplexd
