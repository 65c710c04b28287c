#include "daemon/systemd/unix_datagram.hpp"

#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace duplexd {
namespace {

bool receiver_is_gone(int error) noexcept {
  return error == ECONNREFUSED || error == ENOTCONN || error == ECONNRESET || error == EPIPE ||
         error == EBADF;
}

/// The result points into the text.
class Message {
 public:
  Message(std::string_view text, std::span<const int> descriptors) noexcept
      : text_{const_cast<char*>(text.data()), text.size()} {
    header_.msg_iov = &text_;
    header_.msg_iovlen = 1;
    if (!descriptors.empty()) attach(descriptors);
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  const msghdr& header() const noexcept { return header_; }

 private:
  void attach(std::span<const int> descriptors) noexcept {
    header_.msg_control = control_;
    header_.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const rights = CMSG_FIRSTHDR(&header_);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }

  iovec text_;
  msghdr header_{};
  alignas(cmsghdr) std::byte control_[CMSG_SPACE(UnixDatagram::most_descriptors * sizeof(int))];
};

}  // namespace

UnixDatagram::UnixDatagram(std::string path) noexcept : path_(std::move(path)) { (void)connect(); }

int UnixDatagram::send(std::string_view text, std::span<const int> descriptors) noexcept {
  const Message message(text, descriptors);
  if (const int error = try_send(message.header()); !receiver_is_gone(error)) return error;
  const int error = connect();
  return error == 0 ? try_send(message.header()) : error;
}

int UnixDatagram::try_send(const msghdr& message) noexcept {
  ssize_t n = 0;
  do {
    n = ::sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? errno : 0;
}

int UnixDatagram::connect() noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.empty() || path_.size() >= sizeof(address.sun_path)) return EINVAL;
  std::copy(path_.begin(), path_.end(), address.sun_path);
  if (path_.front() == '@') address.sun_path[0] = '\0';
  // The size delimits an abstract name; a NUL ends a path.
  const std::size_t size = offsetof(sockaddr_un, sun_path) + path_.size() + (path_.front() == '@' ? 0 : 1);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size)) != 0)
    return errno;
  socket_ = std::move(socket);
  return 0;
}

}  // namespace duplexd
