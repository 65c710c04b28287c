#pragma once

#include "core/net/address/address.hpp"

#include <sys/types.h>

#include <optional>
#include <string>

namespace duplexd {

/// What a Unix socket that we create looks like in the file system.
struct UnixSocketPermissions {
  mode_t mode = 0660;
  std::optional<uid_t> owner;  ///< none: the user that duplexd runs as
  std::optional<gid_t> group;
  bool operator==(const UnixSocketPermissions&) const = default;
};

/// Owns the file of a Unix socket that this process bound, as long as it is at its path: a file that somebody
/// else put there is left alone. Destroy it before the socket closes: the open socket keeps the number of the
/// inode from being reused.
class UnixSocketFile {
 public:
  UnixSocketFile() noexcept = default;                 ///< no file
  explicit UnixSocketFile(std::string path) noexcept;  ///< the file that bind(2) just made
  UnixSocketFile(UnixSocketFile&& other) noexcept;
  UnixSocketFile& operator=(UnixSocketFile&& other) noexcept;
  ~UnixSocketFile() { remove(); }

  const std::string& path() const noexcept { return path_; }  ///< "": no file
  bool is_at_its_path() const noexcept;
  /// Sets mode and owner. 0, also if the file is not at its path any more, or errno.
  int set(const UnixSocketPermissions& permissions) const noexcept;
  void remove() noexcept;
  void forget() noexcept { path_.clear(); }  ///< leaves the file to another process with the same socket

 private:
  std::string path_;  // empty: no file
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// Removes a socket file that no process listens on. Returns 0, EADDRINUSE if a process listens there, EEXIST
/// if the file is not a socket, or another errno; on an error it removes nothing.
int remove_stale_socket(const SocketAddress& address) noexcept;

/// The process that connected a Unix socket, as of connect(2) (SO_PEERCRED, unix(7)). -1: unknown.
struct PeerCredentials {
  pid_t pid = -1;
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
};

PeerCredentials peer_credentials(int socket) noexcept;

}  // namespace duplexd
