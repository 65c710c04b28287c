#pragma once

#include "core/config/config.hpp"
#include "core/net/file_descriptor.hpp"
#include "core/net/unix_socket_file.hpp"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace duplexd {

/// Why the server could not start. Nothing was accepted and every socket that was opened is closed again.
class StartError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    system,  ///< the operating system refused: address in use, too few descriptors, a name without address
    permission,  ///< EACCES or EPERM
    config,      ///< the configuration asks for what is not there, such as an inherited socket
  };
  StartError(Kind why, const std::string& what) : std::runtime_error(what), kind(why) {}
  Kind kind;
};

/// Listening descriptors that were passed to the process, by name.
using InheritedSockets = std::multimap<std::string, FileDescriptor>;

/// One address that is listened on.
struct ListeningAddress {
  std::string listener;
  SocketAddress address;
};

/// Every socket of one listener. Clients that come wait in the backlog until somebody accepts.
struct ListenerSockets {
  std::vector<std::vector<FileDescriptor>> per_worker;
  std::vector<ListeningAddress> addresses;  ///< with the ports that the kernel chose, in configuration order
  std::vector<UnixSocketFile> files;        ///< to be removed before the sockets close
};

/// Opens them all, or throws StartError. Sockets that it uses are taken out of `inherited`. The options for
/// clients are set on the listening sockets already: those of TCP pass to what is accepted (tcp(7)), at no
/// cost per client.
ListenerSockets open_sockets(const ListenerConfig& config, unsigned workers, InheritedSockets& inherited);

}  // namespace duplexd
