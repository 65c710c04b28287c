#include "core/net/socket/diag/connection_owner.hpp"

#include "core/net/socket/diag/socket_diag.hpp"

#include <netinet/tcp.h>

namespace duplexd {

// Where there is no such connection, the kernel tells of a listener.
std::optional<uid_t> owner_of_connection(const SocketAddress& from, const SocketAddress& to) noexcept {
  const std::optional<inet_diag_msg> told = tcp_socket_between(from, to);
  if (!told || told->idiag_state == TCP_LISTEN) return std::nullopt;
  return told->idiag_uid;
}

}  // namespace duplexd
