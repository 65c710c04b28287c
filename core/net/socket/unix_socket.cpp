#include "core/net/socket/unix_socket.hpp"

#include "core/net/socket/file_descriptor.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace duplexd {
namespace {

/// Returns 0 if a process listens at `address`, or errno; ECONNREFUSED means that none does. The listener
/// sees a client that closes at once.
int try_to_connect(const SocketAddress& address) noexcept {
  const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!probe) return errno;
  return ::connect(probe.get(), address.data(), address.size()) == 0 ? 0 : errno;
}

int set_owner(int file, const UnixSocketPermissions& permissions) noexcept {
  if (!permissions.owner && !permissions.group) return 0;
  constexpr auto unchanged = static_cast<uid_t>(-1);
  const uid_t owner = permissions.owner.value_or(unchanged);
  const gid_t group = permissions.group.value_or(unchanged);
  return ::fchownat(file, "", owner, group, AT_EMPTY_PATH) == 0 ? 0 : errno;
}

/// Of an error of open(2): it says nothing about the file.
bool is_shortage(int error) noexcept { return error == EMFILE || error == ENFILE || error == ENOMEM; }

}  // namespace

UnixSocketFile::UnixSocketFile(std::string path) noexcept {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  path_ = std::move(path);
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

UnixSocketFile::UnixSocketFile(UnixSocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

UnixSocketFile& UnixSocketFile::operator=(UnixSocketFile&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::exchange(other.path_, {});
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

bool UnixSocketFile::is_at_its_path() const noexcept {
  struct stat now {};
  return ::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_;
}

// By a descriptor of the file (O_PATH), because another file may have the path a moment after it was looked
// at.
int UnixSocketFile::set(const UnixSocketPermissions& permissions) const noexcept {
  const FileDescriptor file(::open(path_.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat now {};
  if (!file || ::fstat(file.get(), &now) != 0) return is_shortage(errno) ? errno : 0;
  if (now.st_dev != device_ || now.st_ino != inode_) return 0;
  if (const int error = set_owner(file.get(), permissions)) return error;
  std::array<char, 32> link{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", file.get());  // fchmod(2) takes no O_PATH
  return ::chmod(link.data(), permissions.mode) == 0 ? 0 : errno;
}

void UnixSocketFile::remove() noexcept {
  if (!path_.empty() && is_at_its_path()) ::unlink(path_.c_str());
  path_.clear();
}

int remove_stale_socket(const SocketAddress& address) noexcept {
  const char* path = address.unix_path().data();
  struct stat status {};
  if (::lstat(path, &status) != 0) return errno == ENOENT ? 0 : errno;
  // connect(2) refuses alike for an ordinary file and for a stale socket.
  if (!S_ISSOCK(status.st_mode)) return EEXIST;
  switch (const int error = try_to_connect(address)) {
    case ECONNREFUSED:
      return ::unlink(path) == 0 || errno == ENOENT ? 0 : errno;
    case ENOENT:
      return 0;
    case 0:
    case EAGAIN:      // its backlog is full
    case EPROTOTYPE:  // it takes datagrams
      return EADDRINUSE;
    default:
      return error;
  }
}

PeerCredentials peer_credentials(int socket) noexcept {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
  return {peer.pid, peer.uid, peer.gid};
}

}  // namespace duplexd
