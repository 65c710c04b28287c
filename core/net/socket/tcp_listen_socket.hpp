#pragma once

#include "core/net/socket/listen_socket.hpp"
#include "core/net/socket/socket_calls.hpp"

#include <vector>

namespace duplexd {

/// The TCP part of open_listeners().
SystemResult<std::vector<FileDescriptor>> open_tcp(const BindAddress& bind, const ListenOptions& options,
                                                   unsigned count);

}  // namespace duplexd
