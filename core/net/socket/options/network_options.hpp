#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace duplexd {

/// Options of a TCP socket that its host or the network has to agree to. A socket that is refused one of them
/// is of no use: it would go another way than it shall. Unix sockets have none of them.
struct NetworkOptions {
  std::string interface {};  ///< SO_BINDTODEVICE: the name of an interface or of a VRF; "": any
  std::uint32_t mark = 0;    ///< SO_MARK; 0: none
  unsigned dscp = 0;         ///< the upper six bits of IP_TOS and IPV6_TCLASS
  std::string congestion{};  ///< TCP_CONGESTION; "": what the kernel prefers
  bool mptcp = false;        ///< IPPROTO_MPTCP; TCP where the kernel has none
  bool free_bind = false;    ///< IP_FREEBIND: may be bound to an address that this host does not have
  // Of a socket that listens.
  int fast_open = 0;                     ///< TCP_FASTOPEN: handshakes at once that bring bytes; 0: off
  std::chrono::seconds defer_accept{0};  ///< TCP_DEFER_ACCEPT; 0: off
  bool operator==(const NetworkOptions&) const = default;
};

/// A new stream socket, non-blocking and close-on-exec; none: errno says why.
FileDescriptor new_stream_socket(int family, const NetworkOptions& options) noexcept;

/// Whether sockets of `options` are made with MPTCP on this host.
bool makes_mptcp(const NetworkOptions& options) noexcept;
bool is_mptcp(int socket) noexcept;

/// Sets what is not as the kernel has it, before bind(2). Returns 0, or the errno of the first refused
/// option.
int apply_network(const NetworkOptions& options, int socket, int family) noexcept;

/// The same on a socket that listens and may have any: what `options` leaves open becomes as `others` has it.
/// What a socket keeps from its beginning is left alone, as is_made_by() tells: the interface and MPTCP, and
/// IP_FREEBIND.
int reapply_network(const NetworkOptions& options, const NetworkOptions& others, int socket, int family);

/// What a socket has, of the options that reapply_network() sets.
NetworkOptions network_options_of(int socket, int family);
/// The same of a new socket.
NetworkOptions usual_network_options();

/// Whether they agree in what a socket keeps from its beginning.
bool is_made_alike(const NetworkOptions& one, const NetworkOptions& other) noexcept;

/// The index of an interface; 0: of "", and where there is none of this name.
unsigned index_of(const std::string& interface) noexcept;

/// Whether a socket that listens was bound and made as `options` says.
bool is_made_by(const NetworkOptions& options, int socket);

}  // namespace duplexd
