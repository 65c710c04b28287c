#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/socket/options/network_options.hpp"
#include "core/net/socket/unix_socket.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace duplexd {

struct ListenOptions {
  int backlog = 4096;  ///< listen(2); the kernel caps it at net.core.somaxconn
  UnixSocketPermissions unix_socket;
  NetworkOptions network{};
  bool join = false;         ///< TCP: share the address with other sockets of this process
  bool transparent = false;  ///< TCP: set_transparent()
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
  UnixSocketFile file;                  ///< of a Unix socket with a path; destroyed before the sockets
};

/// Opens `count` (at least 1) sockets for an address that is not `inherited`. The kernel spreads TCP clients
/// over them (SO_REUSEPORT); all of them have the same port, also if the address has port 0. Unix sockets
/// share one queue of clients. An address that another socket listens on is refused, unless `join` is set.
OpenResult<ListeningSockets> open_listeners(const BindAddress& bind, const ListenOptions& options,
                                            unsigned count);

/// Takes ownership of a stream socket that was passed to the process, and duplicates it to `count` (at least
/// 1) descriptors with one queue of clients. It listens, or has listened until it was shut down, which is
/// undone. The creator of its file, if any, removes the file.
OpenResult<ListeningSockets> adopt_listeners(FileDescriptor inherited, int backlog, unsigned count);

}  // namespace duplexd
