#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/socket/unix_socket.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace duplexd {

struct ListenOptions {
  int backlog = 4096;  ///< listen(2); the kernel caps it at net.core.somaxconn
  UnixSocketPermissions unix_socket;
  bool join = false;  ///< TCP: other sockets of ours may have the address already
};

/// Why a socket could not be opened.
struct OpenError {
  int error = 0;     ///< errno
  std::string what;  ///< "cannot listen on 0.0.0.0:5432: Address already in use"
};

template <class T>
using OpenResult = boost::system::result<T, OpenError>;

/// The sockets of one address: non-blocking, close-on-exec, listening.
struct ListeningSockets {
  std::vector<FileDescriptor> sockets;  ///< one per worker
  UnixSocketFile file;                  ///< of a Unix socket with a path; it has to end before the sockets
};

/// Opens `count` (at least 1) sockets for an address that is not `inherited`. TCP clients are spread over
/// them by the kernel (SO_REUSEPORT), which also gives all of them the same port if the address has port 0.
/// Workers share one queue of Unix clients. An address that any other socket listens on is refused, unless it
/// is to be joined.
OpenResult<ListeningSockets> open_listeners(const BindAddress& bind, const ListenOptions& options,
                                            unsigned count);

/// Takes over a listening stream socket that was passed to the process, and makes one of it per worker
/// (`count`, at least 1), with one queue for all. A file that it may have is its creator's to remove.
OpenResult<ListeningSockets> adopt_listeners(FileDescriptor inherited, unsigned count);

}  // namespace duplexd
