#include "core/net/transparency/connection_owner.hpp"

#include "core/net/socket/file_descriptor.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstring>

namespace duplexd {
namespace {

struct OwnerQuestion {
  nlmsghdr header{};
  inet_diag_req_v2 wanted{};
};

struct OwnerAnswer {
  nlmsghdr header{};
  inet_diag_msg told{};
  std::array<std::byte, 512> attributes{};
};

// `place` is an address of inet_diag_sockid.
void put_ip(const SocketAddress& address, void* place) noexcept {
  const PeerAddress::Bytes ip = PeerAddress(address).ip();
  const std::size_t size = address.family() == AF_INET ? 4 : ip.size();
  std::memcpy(place, ip.data() + ip.size() - size, size);
}

OwnerQuestion question_about(const SocketAddress& from, const SocketAddress& to) noexcept {
  OwnerQuestion question;
  question.header = {sizeof question, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 0, 0};
  question.wanted.sdiag_family = static_cast<std::uint8_t>(from.family());
  question.wanted.sdiag_protocol = IPPROTO_TCP;
  inet_diag_sockid& id = question.wanted.id;
  id.idiag_sport = htons(from.port());
  id.idiag_dport = htons(to.port());
  put_ip(from, id.idiag_src);
  put_ip(to, id.idiag_dst);
  id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return question;
}

}  // namespace

// Where there is no such connection, the kernel looks for a listener.
std::optional<uid_t> owner_of_connection(const SocketAddress& from, const SocketAddress& to) noexcept {
  if (from.family() != to.family()) return std::nullopt;
  const FileDescriptor kernel(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  const OwnerQuestion question = question_about(from, to);
  if (!kernel || ::send(kernel.get(), &question, sizeof question, 0) != sizeof question) return std::nullopt;
  OwnerAnswer answer;
  const ssize_t size = ::recv(kernel.get(), &answer, sizeof answer, MSG_DONTWAIT);
  const bool is_told = size >= static_cast<ssize_t>(offsetof(OwnerAnswer, attributes)) &&
                       answer.header.nlmsg_type == SOCK_DIAG_BY_FAMILY;
  if (!is_told || answer.told.idiag_state == TCP_LISTEN) return std::nullopt;
  return answer.told.idiag_uid;
}

}  // namespace duplexd
