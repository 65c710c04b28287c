#pragma once

#include "core/net/address/claim.hpp"

#include <sys/types.h>

#include <vector>

namespace duplexd {

/// A TCP socket that listens, of any process.
struct ListeningSocket {
  Claim claim;
  uid_t user = 0;
  ino_t inode = 0;  ///< what fstat(2) says of its descriptor
};

/// Every TCP socket that listens in this network namespace (sock_diag(7)). Nothing if the kernel does not
/// tell.
std::vector<ListeningSocket> listening_sockets();

Claim claim_of(int socket) noexcept;  ///< of a socket that is bound

}  // namespace duplexd
