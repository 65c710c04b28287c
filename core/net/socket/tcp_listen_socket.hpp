#pragma once

#include "core/net/socket/listen_socket.hpp"
#include "core/net/socket/socket_calls.hpp"

#include <vector>

namespace duplexd {

/// The TCP part of open_listeners().
SystemResult<std::vector<FileDescriptor>> open_tcp(const BindAddress& bind, const ListenOptions& options,
                                                   unsigned count);

/// Binds a socket as open_tcp() would, and closes it before it listens: no client notices. Returns 0 or
/// errno.
int try_bind_tcp(const BindAddress& bind, const ListenOptions& options);

}  // namespace duplexd
