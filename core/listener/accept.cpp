#include "core/listener/accept.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace duplexd {

Accepted::Outcome accept_outcome(int error) noexcept {
  switch (error) {
    case EAGAIN:
      return Accepted::Outcome::nobody;
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:  // a firewall rule
    case ETIMEDOUT:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return Accepted::Outcome::went_away;
    default:
      return Accepted::Outcome::exhausted;
  }
}

Accepted accept_client(int listening) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  sockaddr* const where = reinterpret_cast<sockaddr*>(&address);
  const int client = ::accept4(listening, where, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (client < 0) return {.outcome = accept_outcome(errno), .error = errno, .client = {}, .address = {}};
  return {.outcome = Accepted::Outcome::client,
          .error = 0,
          .client = FileDescriptor(client),
          .address = PeerAddress(SocketAddress(where, size))};
}

std::optional<std::size_t> clients_waiting(int listening) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(listening, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  return info.tcpi_unacked;
}

}  // namespace duplexd
