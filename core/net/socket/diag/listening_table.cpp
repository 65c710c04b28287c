#include "core/net/socket/diag/listening_table.hpp"

#include "core/net/address/address_text.hpp"
#include "core/net/socket/diag/socket_diag.hpp"
#include "core/net/socket/socket_calls.hpp"
#include "core/net/socket/stream.hpp"

#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace duplexd {
namespace {

SocketAddress address_of(const inet_diag_msg& told) noexcept {
  const PeerAddress::Bytes ip = ip_told(told.idiag_family, told.id.idiag_src);
  return socket_address(ip, ntohs(told.id.idiag_sport), is_link_local(ip) ? told.id.idiag_if : 0);
}

/// The interface that a socket is bound to, unless its address, which is link-local, says so itself.
unsigned beside_scope(std::uint32_t interface, const SocketAddress& address) noexcept {
  const bool has_scope = address.family() == AF_INET6 && is_link_local(PeerAddress(address).ip());
  return has_scope ? 0 : interface;
}

/// Whether an IPv6 socket takes IPv6 clients only, which an attribute behind the message says.
bool is_v6_only(const nlmsghdr& message) noexcept {
  const inet_diag_msg& told = socket_told_by(message);
  auto left = static_cast<int>(message.nlmsg_len - NLMSG_LENGTH(sizeof told));
  for (const auto* attribute = reinterpret_cast<const rtattr*>(&told + 1); RTA_OK(attribute, left);
       attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type == INET_DIAG_SKV6ONLY)
      return *static_cast<const std::uint8_t*>(RTA_DATA(attribute)) != 0;
  }
  return false;
}

ListeningSocket socket_in(const nlmsghdr& message) noexcept {
  const inet_diag_msg& told = socket_told_by(message);
  const bool dual_stack = told.idiag_family == AF_INET6 && !is_v6_only(message);
  const SocketAddress address = address_of(told);
  return {{address, dual_stack, beside_scope(told.id.idiag_if, address)}, told.idiag_uid, told.idiag_inode};
}

}  // namespace

std::vector<ListeningSocket> listening_sockets() {
  std::vector<ListeningSocket> all;
  visit_tcp_sockets(1U << TCP_LISTEN, [&](const nlmsghdr& message) { all.push_back(socket_in(message)); });
  return all;
}

Claim claim_of(int socket) noexcept {
  const SocketAddress address = local_address(socket);
  const int interface = get_option(socket, SOL_SOCKET, SO_BINDTOIFINDEX);
  return {address, address.family() == AF_INET6 && get_option(socket, IPPROTO_IPV6, IPV6_V6ONLY) == 0,
          interface > 0 ? beside_scope(static_cast<std::uint32_t>(interface), address) : 0};
}

}  // namespace duplexd
