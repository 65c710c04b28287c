#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace duplexd {

/// A socket that Asio watches for readiness; we do the reading and writing (core/net/stream.hpp). A descriptor
/// rather than basic_stream_socket<tcp>, because the same session relays between TCP and Unix sockets, and with the
/// concrete executor, because a type-erased one adds 48 bytes to every operation.
using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

}  // namespace duplexd
