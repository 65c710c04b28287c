#include "core/net/socket/listening_table.hpp"

#include "core/net/address/address_text.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/socket/socket_calls.hpp"
#include "core/net/socket/stream.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace duplexd {
namespace {

struct Question {
  nlmsghdr header{};
  inet_diag_req_v2 wanted{};
};

bool ask(const FileDescriptor& kernel, int family) noexcept {
  Question question;
  question.header = {sizeof question, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 0, 0};
  question.wanted.sdiag_family = static_cast<std::uint8_t>(family);
  question.wanted.sdiag_protocol = IPPROTO_TCP;
  question.wanted.idiag_states = 1U << TCP_LISTEN;
  return ::send(kernel.get(), &question, sizeof question, 0) == sizeof question;
}

SocketAddress address_of(const inet_diag_msg& told) noexcept {
  PeerAddress::Bytes ip{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool ipv4 = told.idiag_family == AF_INET;
  std::memcpy(ip.data() + (ipv4 ? 12 : 0), told.id.idiag_src, ipv4 ? 4 : ip.size());
  return socket_address(ip, ntohs(told.id.idiag_sport), is_link_local(ip) ? told.id.idiag_if : 0);
}

const inet_diag_msg& told_by(const nlmsghdr& message) noexcept {
  return *reinterpret_cast<const inet_diag_msg*>(&message + 1);
}

/// The interface that a socket is bound to, unless its address, which is link-local, says so itself.
unsigned beside_scope(std::uint32_t interface, const SocketAddress& address) noexcept {
  const bool has_scope = address.family() == AF_INET6 && is_link_local(PeerAddress(address).ip());
  return has_scope ? 0 : interface;
}

/// Whether an IPv6 socket takes IPv6 clients only, which an attribute behind the message says.
bool is_v6_only(const nlmsghdr& message) noexcept {
  const inet_diag_msg& told = told_by(message);
  auto left = static_cast<int>(message.nlmsg_len - NLMSG_LENGTH(sizeof told));
  for (const auto* attribute = reinterpret_cast<const rtattr*>(&told + 1); RTA_OK(attribute, left);
       attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type == INET_DIAG_SKV6ONLY)
      return *static_cast<const std::uint8_t*>(RTA_DATA(attribute)) != 0;
  }
  return false;
}

ListeningSocket socket_in(const nlmsghdr& message) noexcept {
  const inet_diag_msg& told = told_by(message);
  const bool dual_stack = told.idiag_family == AF_INET6 && !is_v6_only(message);
  const SocketAddress address = address_of(told);
  return {{address, dual_stack, beside_scope(told.id.idiag_if, address)}, told.idiag_uid, told.idiag_inode};
}

/// Appends what one datagram tells. False: it was the last one.
bool append(const nlmsghdr* message, ssize_t size, std::vector<ListeningSocket>& to) {
  auto left = static_cast<unsigned>(std::max<ssize_t>(size, 0));
  for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
    if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY) return false;
    to.push_back(socket_in(*message));
  }
  return size > 0;
}

}  // namespace

// The kernel has each answer ready when it is asked for: reading never has to wait.
std::vector<ListeningSocket> listening_sockets() {
  std::vector<ListeningSocket> all;
  const FileDescriptor kernel(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  alignas(nlmsghdr) std::array<std::byte, 32 * 1024> answer{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (!kernel || !ask(kernel, family)) continue;
    const auto* first = reinterpret_cast<const nlmsghdr*>(answer.data());
    while (append(first, ::recv(kernel.get(), answer.data(), answer.size(), MSG_DONTWAIT), all)) {
    }
  }
  return all;
}

Claim claim_of(int socket) noexcept {
  const SocketAddress address = local_address(socket);
  const int interface = get_option(socket, SOL_SOCKET, SO_BINDTOIFINDEX);
  return {address, address.family() == AF_INET6 && get_option(socket, IPPROTO_IPV6, IPV6_V6ONLY) == 0,
          interface > 0 ? beside_scope(static_cast<std::uint32_t>(interface), address) : 0};
}

}  // namespace duplexd
