#include "core/net/socket/options/network_option.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace duplexd {
namespace {

using Options = NetworkOptions;

int set(int socket, int level, int name, int value) noexcept {
  return ::setsockopt(socket, level, name, &value, sizeof value) == 0 ? 0 : errno;
}

int set(int socket, int level, int name, const std::string& value) noexcept {
  const auto size = static_cast<socklen_t>(value.size());
  return ::setsockopt(socket, level, name, value.data(), size) == 0 ? 0 : errno;
}

// An IPv6 socket sends IPv4 packets to clients of IPv4.
int set_dscp(const Options& options, int socket, int family) noexcept {
  const int value = static_cast<int>(options.dscp << 2);
  const int error = family == AF_INET6 ? set(socket, IPPROTO_IPV6, IPV6_TCLASS, value) : 0;
  return error != 0 ? error : set(socket, IPPROTO_IP, IP_TOS, value);
}

int set_free_bind(const Options& options, int socket, int family) noexcept {
  return family == AF_INET6 ? set(socket, IPPROTO_IPV6, IPV6_FREEBIND, options.free_bind)
                            : set(socket, IPPROTO_IP, IP_FREEBIND, options.free_bind);
}

}  // namespace

constexpr std::array<NetworkOption, 7> network_option_table{{
    {"interface", [](const Options& a, const Options& b) noexcept { return a.interface != b.interface; },
     [](const Options& options, int socket, int) noexcept {
       return set(socket, SOL_SOCKET, SO_BINDTODEVICE, options.interface);
     },
     true},
    {"free_bind", [](const Options& a, const Options& b) noexcept { return a.free_bind != b.free_bind; },
     set_free_bind, true},
    {"mark", [](const Options& a, const Options& b) noexcept { return a.mark != b.mark; },
     [](const Options& options, int socket, int) noexcept {
       return set(socket, SOL_SOCKET, SO_MARK, static_cast<int>(options.mark));
     }},
    {"dscp", [](const Options& a, const Options& b) noexcept { return a.dscp != b.dscp; }, set_dscp},
    {"congestion", [](const Options& a, const Options& b) noexcept { return a.congestion != b.congestion; },
     [](const Options& options, int socket, int) noexcept {
       return set(socket, IPPROTO_TCP, TCP_CONGESTION, options.congestion);
     }},
    {"fast_open", [](const Options& a, const Options& b) noexcept { return a.fast_open != b.fast_open; },
     [](const Options& options, int socket, int) noexcept {
       return set(socket, IPPROTO_TCP, TCP_FASTOPEN, options.fast_open);
     }},
    {"defer_accept",
     [](const Options& a, const Options& b) noexcept { return a.defer_accept != b.defer_accept; },
     [](const Options& options, int socket, int) noexcept {
       return set(socket, IPPROTO_TCP, TCP_DEFER_ACCEPT, static_cast<int>(options.defer_accept.count()));
     }},
}};

}  // namespace duplexd
