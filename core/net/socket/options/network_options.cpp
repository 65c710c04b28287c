#include "core/net/socket/options/network_options.hpp"

#include "core/net/socket/options/network_option.hpp"
#include "core/net/socket/socket_calls.hpp"

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace duplexd {
namespace {

FileDescriptor new_socket_of(int family, int protocol) noexcept {
  return FileDescriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
}

/// Of socket(2): the kernel was built without MPTCP, or the host has it switched off (net.mptcp.enabled).
bool means_no_mptcp(int error) noexcept {
  return error == EPROTONOSUPPORT || error == ENOPROTOOPT || error == EINVAL;
}

/// Of what options there are only numbers for; 0: none, also where the socket cannot have it.
unsigned number_of(int socket, int level, int name) noexcept {
  return static_cast<unsigned>(std::max(0, get_option(socket, level, name)));
}

std::string text_of(int socket, int level, int name) {
  std::array<char, IFNAMSIZ> text{};
  socklen_t size = text.size();
  if (::getsockopt(socket, level, name, text.data(), &size) != 0) return {};
  return {text.data(), strnlen(text.data(), std::min<std::size_t>(size, text.size()))};
}

std::uint32_t mark_of(int socket) noexcept {
  std::uint32_t mark = 0;
  socklen_t size = sizeof mark;
  return ::getsockopt(socket, SOL_SOCKET, SO_MARK, &mark, &size) == 0 ? mark : 0;
}

NetworkOptions completed(NetworkOptions options, const NetworkOptions& others) {
  if (options.mark == 0) options.mark = others.mark;
  if (options.dscp == 0) options.dscp = others.dscp;
  if (options.congestion.empty()) options.congestion = others.congestion;
  if (options.fast_open == 0) options.fast_open = others.fast_open;
  if (options.defer_accept.count() == 0) options.defer_accept = others.defer_accept;
  return options;
}

}  // namespace

FileDescriptor new_stream_socket(int family, const NetworkOptions& options) noexcept {
  if (!options.mptcp || family == AF_UNIX) return new_socket_of(family, 0);
  FileDescriptor socket = new_socket_of(family, IPPROTO_MPTCP);
  return socket || !means_no_mptcp(errno) ? std::move(socket) : new_socket_of(family, 0);
}

bool is_mptcp(int socket) noexcept { return get_option(socket, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_MPTCP; }

bool makes_mptcp(const NetworkOptions& options) noexcept {
  return options.mptcp && is_mptcp(new_stream_socket(AF_INET, options).get());
}

int apply_network(const NetworkOptions& options, int socket, int family) noexcept {
  static const NetworkOptions nothing;
  if (family == AF_UNIX) return 0;
  for (const NetworkOption& option : network_option_table) {
    if (!option.differs(options, nothing)) continue;
    if (const int error = option.set(options, socket, family)) return error;
  }
  return 0;
}

// What is as it shall be is not set again, which might need a capability.
int reapply_network(const NetworkOptions& options, const NetworkOptions& others, int socket, int family) {
  const NetworkOptions now = network_options_of(socket, family);
  NetworkOptions wanted = completed(options, others);
  if (wanted.congestion.empty()) wanted.congestion = now.congestion;
  for (const NetworkOption& option : network_option_table) {
    if (option.lasts || !option.differs(wanted, now)) continue;
    if (const int error = option.set(wanted, socket, family)) return error;
  }
  return 0;
}

NetworkOptions network_options_of(int socket, int family) {
  const bool ipv6 = family == AF_INET6 && !is_mptcp(socket);
  return {
      .mark = mark_of(socket),
      .dscp =
          (ipv6 ? number_of(socket, IPPROTO_IPV6, IPV6_TCLASS) : number_of(socket, IPPROTO_IP, IP_TOS)) >> 2,
      .congestion = text_of(socket, IPPROTO_TCP, TCP_CONGESTION),
      .fast_open = static_cast<int>(number_of(socket, IPPROTO_TCP, TCP_FASTOPEN)),
      .defer_accept = std::chrono::seconds(number_of(socket, IPPROTO_TCP, TCP_DEFER_ACCEPT))};
}

NetworkOptions usual_network_options() {
  return network_options_of(new_socket_of(AF_INET, 0).get(), AF_INET);
}

bool is_made_alike(const NetworkOptions& one, const NetworkOptions& other) noexcept {
  return one.interface == other.interface && one.mptcp == other.mptcp;
}

unsigned index_of(const std::string& interface) noexcept {
  return interface.empty() ? 0 : ::if_nametoindex(interface.c_str());
}

bool is_made_by(const NetworkOptions& options, int socket) {
  return text_of(socket, SOL_SOCKET, SO_BINDTODEVICE) == options.interface &&
         is_mptcp(socket) == makes_mptcp(options);
}

}  // namespace duplexd
