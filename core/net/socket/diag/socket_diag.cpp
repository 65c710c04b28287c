#include "core/net/socket/diag/socket_diag.hpp"

#include "core/net/socket/file_descriptor.hpp"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace duplexd {
namespace {

struct Question {
  nlmsghdr header{};
  inet_diag_req_v2 wanted{};
};

struct Answer {
  nlmsghdr header{};
  inet_diag_msg told{};
  std::array<std::byte, 512> attributes{};
};

Question question_of(int family, std::uint16_t flags) noexcept {
  Question question;
  question.header = {sizeof question, SOCK_DIAG_BY_FAMILY, flags, 0, 0};
  question.wanted.sdiag_family = static_cast<std::uint8_t>(family);
  question.wanted.sdiag_protocol = IPPROTO_TCP;
  return question;
}

// `place` is an address of inet_diag_sockid.
void put_ip(const SocketAddress& address, void* place) noexcept {
  const PeerAddress::Bytes ip = PeerAddress(address).ip();
  const std::size_t size = address.family() == AF_INET ? 4 : ip.size();
  std::memcpy(place, ip.data() + ip.size() - size, size);
}

inet_diag_sockid id_between(const SocketAddress& from, const SocketAddress& to) noexcept {
  inet_diag_sockid id{};
  id.idiag_sport = htons(from.port());
  id.idiag_dport = htons(to.port());
  put_ip(from, id.idiag_src);
  put_ip(to, id.idiag_dst);
  id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return id;
}

FileDescriptor open_socket_diag() noexcept {
  return FileDescriptor(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
}

bool ask(const FileDescriptor& kernel, const Question& question) noexcept {
  return kernel && ::send(kernel.get(), &question, sizeof question, 0) == sizeof question;
}

/// Visits what one datagram tells. False: it was the last one.
bool visit_all(const nlmsghdr* message, ssize_t size, const std::function<void(const nlmsghdr&)>& visit) {
  auto left = static_cast<unsigned>(std::max<ssize_t>(size, 0));
  for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
    if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY) return false;
    visit(*message);
  }
  return size > 0;
}

}  // namespace

// The kernel has each answer ready when it is asked for: reading never has to wait.
void visit_tcp_sockets(std::uint32_t states, const std::function<void(const nlmsghdr&)>& visit) {
  const FileDescriptor kernel = open_socket_diag();
  alignas(nlmsghdr) std::array<std::byte, 32 * 1024> answer{};
  for (const int family : {AF_INET, AF_INET6}) {
    Question question = question_of(family, NLM_F_REQUEST | NLM_F_DUMP);
    question.wanted.idiag_states = states;
    if (!ask(kernel, question)) continue;
    const auto* first = reinterpret_cast<const nlmsghdr*>(answer.data());
    while (visit_all(first, ::recv(kernel.get(), answer.data(), answer.size(), MSG_DONTWAIT), visit)) {
    }
  }
}

std::optional<inet_diag_msg> tcp_socket_between(const SocketAddress& from, const SocketAddress& to) noexcept {
  if (from.family() != to.family()) return std::nullopt;
  Question question = question_of(from.family(), NLM_F_REQUEST);
  question.wanted.id = id_between(from, to);
  const FileDescriptor kernel = open_socket_diag();
  if (!ask(kernel, question)) return std::nullopt;
  Answer answer;
  const ssize_t size = ::recv(kernel.get(), &answer, sizeof answer, MSG_DONTWAIT);
  const bool is_told = size >= static_cast<ssize_t>(offsetof(Answer, attributes)) &&
                       answer.header.nlmsg_type == SOCK_DIAG_BY_FAMILY;
  return is_told ? std::optional(answer.told) : std::nullopt;
}

PeerAddress::Bytes ip_told(std::uint8_t family, const void* address) noexcept {
  PeerAddress::Bytes ip{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool ipv4 = family == AF_INET;
  std::memcpy(ip.data() + (ipv4 ? 12 : 0), address, ipv4 ? 4 : ip.size());
  return ip;
}

}  // namespace duplexd
