#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <sys/socket.h>

#include <cerrno>

namespace duplexd {

/// A value, or the error of the system call that failed.
template <class T>
using SystemResult = boost::system::result<T, boost::system::error_code>;

inline boost::system::error_code system_error(int error) noexcept {
  return {error, boost::system::system_category()};
}

/// The outcome of a system call that returned `result`.
inline boost::system::error_code outcome(int result) noexcept {
  return result < 0 ? system_error(errno) : boost::system::error_code();
}

inline SystemResult<FileDescriptor> new_socket(int family) noexcept {
  FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return system_error(errno);
  return socket;
}

inline boost::system::error_code bind_to(const FileDescriptor& socket,
                                         const SocketAddress& address) noexcept {
  return outcome(::bind(socket.get(), address.data(), address.size()));
}

inline boost::system::error_code listen_on(const FileDescriptor& socket, int backlog) noexcept {
  return outcome(::listen(socket.get(), backlog));
}

inline boost::system::error_code set_option(const FileDescriptor& socket, int level, int name,
                                            int value) noexcept {
  return outcome(::setsockopt(socket.get(), level, name, &value, sizeof value));
}

/// An option that is a number; -1 if the socket does not have it.
inline int get_option(int socket, int level, int name) noexcept {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(socket, level, name, &value, &size) == 0 ? value : -1;
}

}  // namespace duplexd
