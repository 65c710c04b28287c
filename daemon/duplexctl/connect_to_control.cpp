#include "core/net/address/address.hpp"
#include "daemon/duplexctl/exchange.hpp"
#include "daemon/process.hpp"

#include <fmt/format.h>

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sysexits.h>

#include <cerrno>

namespace duplexd::duplexctl {
namespace {

Failure failure(int exit_code, const std::string& sentence) {
  return {exit_code, fmt::format("duplexctl: error: {}\n", sentence)};
}

SocketAddress address_of(const std::string& path) {
  const auto address = SocketAddress::parse("unix:" + path);
  if (!address) throw failure(EX_USAGE, fmt::format("--socket {}: {}", path, address.error().what));
  return *address;
}

timeval to_timeval(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = seconds.count(), .tv_usec = std::chrono::microseconds(time - seconds).count()};
}

Failure unreachable(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
      return failure(EX_UNAVAILABLE,
                     fmt::format("{} is not there: duplexd does not run, or its control.socket is "
                                 "off or elsewhere (--socket PATH)",
                                 path));
    case ECONNREFUSED:
      return failure(EX_UNAVAILABLE,
                     fmt::format("{}: connection refused: the duplexd that made it has gone", path));
    case EACCES:
    case EPERM:
      return failure(EX_UNAVAILABLE,
                     fmt::format("{}: not permitted: be root, or add the user to group duplexd", path));
    case EAGAIN:  // SO_SNDTIMEO has passed
      return failure(EX_TEMPFAIL,
                     fmt::format("{}: no connection in time: duplexd takes no clients there", path));
    default:
      return failure(EX_UNAVAILABLE, fmt::format("{}: {}", path, ::strerrordesc_np(error)));
  }
}

}  // namespace

// The socket blocks, because connect(2) of a non-blocking one fails at once if the backlog is full (EAGAIN,
// unix(7)).
FileDescriptor connect_to_control(const std::string& path, std::chrono::milliseconds timeout) {
  const SocketAddress address = address_of(path);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) throw failure(EX_OSERR, fmt::format("no socket: {}", ::strerrordesc_np(errno)));
  const timeval limit = to_timeval(timeout);
  const bool connected = ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
                         ::connect(socket.get(), address.data(), address.size()) == 0;
  if (!connected) throw unreachable(path, errno);
  return socket;
}

}  // namespace duplexd::duplexctl
