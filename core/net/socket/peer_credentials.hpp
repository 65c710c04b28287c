#pragma once

#include <sys/types.h>

namespace duplexd {

/// Who connected a Unix socket, as of connect(2) (SO_PEERCRED, unix(7)). -1: unknown.
struct PeerCredentials {
  pid_t pid = -1;
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
};

PeerCredentials peer_credentials(int socket) noexcept;

}  // namespace duplexd
