#include "core/net/transparency/transparency.hpp"

#include "core/net/socket/file_descriptor.hpp"
#include "core/net/socket/socket_calls.hpp"
#include "core/net/socket/stream.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

namespace duplexd {
namespace {

// SO_ORIGINAL_DST of linux/netfilter_ipv4.h, and IP6T_SO_ORIGINAL_DST of a header that cannot stand beside
// netinet/in.h.
constexpr int original_dst = 80;

struct Option {
  int level;
  int name;
};

Option transparent_of(int family) noexcept {
  return family == AF_INET6 ? Option{IPPROTO_IPV6, IPV6_TRANSPARENT} : Option{IPPROTO_IP, IP_TRANSPARENT};
}

// Of a connection that is not tracked, AF_UNSPEC.
SocketAddress before_nat(int socket, int family) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const int level = family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
  if (::getsockopt(socket, level, original_dst, &address, &size) != 0) return {};
  return {reinterpret_cast<const sockaddr*>(&address), size};
}

}  // namespace

int set_transparent(int socket, int family, bool on) noexcept {
  const auto [level, name] = transparent_of(family);
  const int value = on ? 1 : 0;
  if (get_option(socket, level, name) == value) return 0;
  return ::setsockopt(socket, level, name, &value, sizeof value) == 0 ? 0 : errno;
}

bool may_be_transparent() noexcept {
  for (const int family : {AF_INET, AF_INET6}) {
    const FileDescriptor trial(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (trial) return set_transparent(trial.get(), family, true) == 0;
  }
  return false;
}

SocketAddress original_destination(int socket) noexcept {
  SocketAddress local = local_address(socket);
  const PeerAddress plain(local);
  if (plain.family() == PeerAddress::Family::inet) local = plain.socket_address();
  const SocketAddress wanted = before_nat(socket, local.family());
  if (wanted.size() > 0) return wanted;
  return plain.is_ip() ? local : SocketAddress();
}

}  // namespace duplexd
