#pragma once

#include "core/net/address/address.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <optional>

namespace duplexd {

/// Tells `visit` of every TCP socket of this network namespace, whichever process has it, that is in one of
/// `states`, which has the bit of each state of TCP (sock_diag(7)). Of none if the kernel does not tell. The
/// message is valid while `visit` runs; attributes stand behind it. Takes about 1 us a socket.
void visit_tcp_sockets(std::uint32_t states, const std::function<void(const nlmsghdr&)>& visit);

/// The socket of this host that is bound to `from` and connected to `to`, or else one that listens at `from`.
/// None: the kernel knows none, or does not tell. Costs four system calls.
std::optional<inet_diag_msg> tcp_socket_between(const SocketAddress& from, const SocketAddress& to) noexcept;

/// The kernel's address of 4 or 16 bytes.
PeerAddress::Bytes ip_told(std::uint8_t family, const void* address) noexcept;

inline const inet_diag_msg& socket_told_by(const nlmsghdr& message) noexcept {
  return *reinterpret_cast<const inet_diag_msg*>(&message + 1);
}

}  // namespace duplexd
