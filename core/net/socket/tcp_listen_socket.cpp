#include "core/net/socket/tcp_listen_socket.hpp"

#include "core/net/socket/stream.hpp"
#include "core/net/transparency/transparency.hpp"

#include <netinet/in.h>

#include <utility>

namespace duplexd {
namespace {

struct BindOptions {
  bool dual_stack = false;
  bool join = false;  ///< share the address with other sockets of this process
  bool transparent = false;
  const NetworkOptions& network;
};

SystemResult<FileDescriptor> bind_tcp(const SocketAddress& address, BindOptions options) {
  FileDescriptor socket = new_stream_socket(address.family(), options.network);
  if (!socket) return system_error(errno);
  auto error = set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (!error && options.join) error = set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1);
  if (!error && address.family() == AF_INET6)
    error = set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, options.dual_stack ? 0 : 1);
  if (!error) error = system_error(apply_network(options.network, socket.get(), address.family()));
  if (!error && options.transparent)
    error = system_error(set_transparent(socket.get(), address.family(), true));
  if (!error) error = bind_to(socket, address);
  if (error) return error;
  return socket;
}

/// The first socket listens before it has SO_REUSEPORT, which fails if any other socket listens there, even
/// one that allows sharing. It gets the option afterwards, so that the next ones can join.
SystemResult<std::vector<FileDescriptor>> listen_all(SocketAddress address, BindOptions options, int backlog,
                                                     unsigned count) {
  std::vector<FileDescriptor> sockets;
  while (sockets.size() < count) {
    auto socket = bind_tcp(address, options);
    if (!socket) return socket.error();
    if (const auto error = listen_on(*socket, backlog)) return error;
    if (!std::exchange(options.join, true)) {
      if (const auto error = set_option(*socket, SOL_SOCKET, SO_REUSEPORT, 1)) return error;
      address.set_port(local_address(socket->get()).port());
    }
    sockets.push_back(*std::move(socket));
  }
  return sockets;
}

bool means_no_ipv6(const boost::system::error_code& error) {
  return error.value() == EAFNOSUPPORT || error.value() == EADDRNOTAVAIL;
}

}  // namespace

SystemResult<std::vector<FileDescriptor>> open_tcp(const BindAddress& bind, const ListenOptions& options,
                                                   unsigned count) {
  const bool dual_stack = bind.kind == BindAddress::Kind::dual_stack;
  const BindOptions both{dual_stack, options.join, options.transparent, options.network},
      ipv4{false, options.join, options.transparent, options.network};
  auto sockets = listen_all(bind.address, both, options.backlog, count);
  if (dual_stack && !sockets && means_no_ipv6(sockets.error()))
    sockets = listen_all(SocketAddress::any(AF_INET, bind.address.port()), ipv4, options.backlog, count);
  return sockets;
}

int try_bind_tcp(const BindAddress& bind, const ListenOptions& options) {
  const bool dual_stack = bind.kind == BindAddress::Kind::dual_stack;
  auto bound = bind_tcp(bind.address, {dual_stack, false, options.transparent, options.network});
  if (dual_stack && !bound && means_no_ipv6(bound.error()))
    bound = bind_tcp(SocketAddress::any(AF_INET, bind.address.port()),
                     {false, false, options.transparent, options.network});
  return bound ? 0 : bound.error().value();
}

}  // namespace duplexd
