#include "core/net/socket/peer_credentials.hpp"

#include <sys/socket.h>

namespace duplexd {

PeerCredentials peer_credentials(int socket) noexcept {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
  return {peer.pid, peer.uid, peer.gid};
}

}  // namespace duplexd
