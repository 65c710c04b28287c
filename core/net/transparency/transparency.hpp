#pragma once

#include "core/net/address/address.hpp"

namespace duplexd {

// Sockets with addresses of other hosts (IP_TRANSPARENT, ip(7)), and connections that were meant for them.

/// Lets an IP socket have local addresses that are not of this host, or not any more. What a listening socket
/// accepts has what it has. Returns 0 or errno: EPERM without CAP_NET_ADMIN and CAP_NET_RAW in the user
/// namespace of the network. A socket that is so already needs neither.
int set_transparent(int socket, int family, bool on) noexcept;

/// Whether set_transparent() would be allowed. Costs a socket.
bool may_be_transparent() noexcept;

/// Where the client of an accepted socket wanted to go: what it dialled before the kernel's NAT led it here
/// (REDIRECT, DNAT), else the local address, which is that of another host with TPROXY. An IPv4-mapped
/// address becomes one of IPv4. AF_UNSPEC: it is no IP socket, or not connected.
SocketAddress original_destination(int socket) noexcept;

}  // namespace duplexd
