#include "core/net/socket/listen_socket.hpp"

#include "core/net/socket/options/refused_options.hpp"
#include "core/net/socket/socket_calls.hpp"
#include "core/net/socket/stream.hpp"
#include "core/net/socket/tcp_listen_socket.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <string_view>
#include <utility>

namespace duplexd {
namespace {

using Error = boost::system::error_code;

constexpr std::uint16_t first_free_port = 1024;

std::string hint(const SocketAddress& address, const NetworkOptions& network, int error) {
  if (address.is_unix()) {
    if (error == EADDRINUSE) return " (a process listens there)";
    if (error == EEXIST) return " (it is no socket, so it is left alone)";
    if (error == ENOENT) return " (its directory is missing)";
    return "";
  }
  if (error == EACCES && address.port() < first_free_port)
    return " (a port below 1024 needs CAP_NET_BIND_SERVICE)";
  if (error == EADDRNOTAVAIL) return " (no interface has this address)";
  if (error == EAFNOSUPPORT) return " (this host has no IPv6)";
  return refusal_hint(network, address.family());
}

OpenError failure(const BindAddress& bind, const ListenOptions& options, const Error& error) {
  return {error.value(), fmt::format("cannot listen on {}: {}{}", bind.to_string(), error.message(),
                                     hint(bind.address, options.network, error.value()))};
}

/// Fills up to `count` with duplicates of the first.
Error duplicate(std::vector<FileDescriptor>& sockets, unsigned count) {
  while (sockets.size() < count) {
    FileDescriptor copy(::fcntl(sockets.front().get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) return system_error(errno);
    sockets.push_back(std::move(copy));
  }
  return {};
}

Error bind_unix(const FileDescriptor& socket, const SocketAddress& address) {
  const auto error = bind_to(socket, address);
  if (error.value() != EADDRINUSE || address.is_abstract()) return error;
  if (const int stays = remove_stale_socket(address)) return system_error(stays);
  return bind_to(socket, address);
}

/// Sets owner and mode before listen(2), because until then every client is refused.
SystemResult<ListeningSockets> open_unix(const SocketAddress& address, const ListenOptions& options,
                                         unsigned count) {
  auto socket = new_socket(AF_UNIX);
  if (!socket) return socket.error();
  if (const auto error = bind_unix(*socket, address)) return error;
  ListeningSockets result;
  result.sockets.push_back(*std::move(socket));
  if (!address.is_abstract()) {
    result.file = UnixSocketFile(std::string(address.unix_path()));
    if (const int error = result.file.set(options.unix_socket)) return system_error(error);
  }
  if (const auto error = listen_on(result.sockets.front(), options.backlog)) return error;
  if (const auto error = duplicate(result.sockets, count)) return error;
  return result;
}

bool is_shut_down(int socket) {
  pollfd state{socket, POLLRDHUP, 0};
  return ::poll(&state, 1, 0) == 1 && (state.revents & POLLRDHUP) != 0;
}

/// Why an inherited socket can never listen; "": it can.
std::string_view no_listener(int socket) {
  if (get_option(socket, SOL_SOCKET, SO_TYPE) != SOCK_STREAM) return "it is no stream socket";
  if (peer_address(socket).size() != 0) return "it does not listen: set Accept=no";
  const SocketAddress address = local_address(socket);
  if (address.is_unix() && is_shut_down(socket))
    return "it was shut down for good: restart its socket unit, or whoever made it";
  const bool is_bound = address.is_unix() ? !address.unix_path().empty() : address.port() != 0;
  return is_bound ? "" : "it is bound to no address";
}

/// Has a socket listen again that an earlier process shut down to refuse clients. Without the connect(2), a
/// TCP socket that was shut down twice would tell every client that it accepts that the stream has ended;
/// without the bind(2), one whose port the kernel chose would get another. EINVAL: it has its port still.
Error wake(const FileDescriptor& socket, int backlog) {
  if (get_option(socket.get(), SOL_SOCKET, SO_ACCEPTCONN) == 1) return {};
  const SocketAddress address = local_address(socket.get());
  const sockaddr nobody{AF_UNSPEC, {}};
  if (is_shut_down(socket.get())) (void)::connect(socket.get(), &nobody, sizeof nobody);
  const auto error = bind_to(socket, address);
  if (error && error.value() != EINVAL) return error;
  return listen_on(socket, backlog);
}

Error set_flags(const FileDescriptor& socket) {
  const int flags = ::fcntl(socket.get(), F_GETFL);
  if (const auto error = outcome(flags)) return error;
  if (const auto error = outcome(::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK))) return error;
  return outcome(::fcntl(socket.get(), F_SETFD, FD_CLOEXEC));
}

}  // namespace

OpenResult<ListeningSockets> open_listeners(const BindAddress& bind, const ListenOptions& options,
                                            unsigned count) {
  assert(count > 0 && bind.kind != BindAddress::Kind::inherited);
  if (bind.address.is_unix()) {
    auto opened = open_unix(bind.address, options, count);
    if (!opened) return failure(bind, options, opened.error());
    return *std::move(opened);
  }
  auto sockets = open_tcp(bind, options, count);
  if (!sockets) return failure(bind, options, sockets.error());
  return ListeningSockets{*std::move(sockets), {}};
}

OpenResult<ListeningSockets> adopt_listeners(FileDescriptor inherited, int backlog, unsigned count) {
  assert(count > 0);
  const auto refuse = [fd = inherited.get()](int error, std::string_view why) {
    return OpenError{error, fmt::format("cannot listen on inherited descriptor {}: {}", fd, why)};
  };
  if (const auto why = no_listener(inherited.get()); !why.empty()) return refuse(EINVAL, why);
  (void)set_option(inherited, SOL_SOCKET, SO_REUSEADDR,
                   1);  // its connections do not hinder it to listen again
  auto error = wake(inherited, backlog);
  if (!error) error = set_flags(inherited);
  ListeningSockets result;
  result.sockets.push_back(std::move(inherited));
  if (!error) error = duplicate(result.sockets, count);
  if (error) return refuse(error.value(), error.message());
  return result;
}

}  // namespace duplexd
