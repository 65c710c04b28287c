#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <netinet/in.h>

#include <string>
#include <string_view>

namespace duplexd::bench {

/// Reads "127.0.0.1:PORT", and nothing else: no traffic of a benchmark leaves the host.
sockaddr_in parse_address(std::string_view text);
std::string to_string(const sockaddr_in& address);

/// `shared`: further sockets of the same kind may listen there, and the kernel spreads clients over them.
FileDescriptor listen_on(const sockaddr_in& address, bool shared = false);
sockaddr_in local_address(const FileDescriptor& socket);

/// Sockets of both are non-blocking and send at once (TCP_NODELAY).
FileDescriptor begin_connect(const sockaddr_in& to);
FileDescriptor accept_one(const FileDescriptor& listener);  ///< none if the client has left again

}  // namespace duplexd::bench
