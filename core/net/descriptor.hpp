#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/error_code.hpp>

#include <cerrno>
#include <new>

namespace duplexd {

/// A socket of the control plane that Asio watches for readiness, each wait by how the socket is then; we do
/// the reading and writing (core/net/socket/stream.hpp). Those of sessions are WatchedSocket. With the
/// concrete executor, because a type-erased one adds 48 bytes to every operation.
using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

/// Hands an open socket over to Asio. Returns 0, or errno and the socket stays the caller's.
inline int watch(Descriptor& descriptor, FileDescriptor& socket) noexcept try {
  boost::system::error_code error;
  descriptor.assign(socket.get(), error);
  if (!error) (void)socket.release();
  return error.value();
} catch (const std::bad_alloc&) {
  return ENOMEM;
}

}  // namespace duplexd
