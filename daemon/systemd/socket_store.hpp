#pragma once

#include "core/config/loader.hpp"
#include "core/net/address/parsed.hpp"
#include "core/server.hpp"
#include "daemon/systemd/service_manager.hpp"

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace duplexd {

/// What the service manager passed to process `self` by $LISTEN_PID, $LISTEN_FDS and $LISTEN_FDNAMES, as
/// sd_listen_fds_with_names(3) reads them: descriptors from `first` on, "unknown" if they have no names.
/// Takes ownership of them and makes them close on exec.
Parsed<InheritedSockets> inherited_sockets(const Environment& environment, pid_t self, int first = 3);

/// Keeps copies of the listening sockets with the service manager (systemd's file descriptor store), which
/// passes them to the next process. Clients that connect in between wait instead of being refused. On the
/// control thread.
class SocketStore {
 public:
  /// `passed` is what inherited_sockets() returned at the start.
  SocketStore(ServiceManager& manager, const InheritedSockets& passed);

  /// Closes and removes sockets that an earlier process stored and this one does not use.
  void drop_unused(InheritedSockets& unused);

  /// Stores new sockets of `addresses`, and removes stored sockets that are not among them.
  void update(const std::vector<ListeningAddress>& addresses);

  /// Removes all that is stored, and stores nothing any more: no next process is to have it.
  void give_up();

  /// Whether the store has every socket.
  bool complete() const noexcept;
  /// Messages with sockets that could not be sent, or that a service manager does not take that is stuck.
  std::size_t failed() const noexcept;

 private:
  using Inodes = std::set<ino_t>;  // of sockets, which have them for themselves

  static Inodes inodes_of(const std::vector<int>& sockets);
  void store(const std::string& name, const ListeningAddress& address);

  ServiceManager& manager_;
  std::map<std::string, Inodes> stored_;  // what was sent, or waits for it
  std::size_t failed_ = 0;                // since the last update
  bool given_up_ = false;
};

}  // namespace duplexd
