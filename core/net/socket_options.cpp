#include "core/net/socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <climits>
#include <utility>

namespace duplexd {
namespace {

/// Sets options until one is refused.
class Setter {
 public:
  explicit Setter(int socket) noexcept : socket_(socket) {}

  template <class Number>
  void operator()(int level, int name, Number value) noexcept {
    if (error_ != 0) return;
    const int number = std::cmp_greater(value, INT_MAX) ? INT_MAX : static_cast<int>(value);
    if (::setsockopt(socket_, level, name, &number, sizeof number) != 0) error_ = errno;
  }
  int error() const noexcept { return error_; }

 private:
  int socket_;
  int error_ = 0;
};

}  // namespace

// What is off is not switched off: a new socket has none of this.
int apply(const SocketOptions& options, int socket, int family) noexcept {
  Setter set(socket);
  if (options.receive_buffer != 0) set(SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
  if (options.send_buffer != 0) set(SOL_SOCKET, SO_SNDBUF, options.send_buffer);
  if (family == AF_UNIX) return set.error();

  if (options.nodelay) set(IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.keepalive.enabled) {
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, options.keepalive.idle.count());
    set(IPPROTO_TCP, TCP_KEEPINTVL, options.keepalive.interval.count());
    set(IPPROTO_TCP, TCP_KEEPCNT, options.keepalive.count);
  }
  if (options.user_timeout.count() != 0) set(IPPROTO_TCP, TCP_USER_TIMEOUT, options.user_timeout.count());
  return set.error();
}

}  // namespace duplexd
