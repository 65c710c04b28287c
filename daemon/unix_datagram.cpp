#include "daemon/unix_datagram.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace duplexd {

FileDescriptor connect_unix_datagram(const std::string& path) noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    errno = EINVAL;
    return {};
  }
  std::copy(path.begin(), path.end(), address.sun_path);
  if (path.front() == '@') address.sun_path[0] = '\0';
  // An abstract name is as long as its size says; a path ends with its NUL.
  const std::size_t size = offsetof(sockaddr_un, sun_path) + path.size() + (path.front() == '@' ? 0 : 1);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size)) !=
      0) {
    return {};
  }
  return socket;
}

}  // namespace duplexd
