#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <sys/socket.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace duplexd {

/// A socket for messages to the datagram socket at `path`, which is abstract if it begins with "@". It stays
/// open, to work when descriptors have run out, and connected, to let poll(2) wait for the receiver's queue.
class UnixDatagram {
 public:
  static constexpr std::size_t most_descriptors = 253;  ///< in one message: SCM_MAX_FD, unix(7)

  explicit UnixDatagram(std::string path) noexcept;  ///< the receiver may come later

  /// One message, with copies of at most `most_descriptors` descriptors. Connects again after the receiver
  /// restarted. Never blocks. Returns 0, or the errno of the call that failed, which is EAGAIN if the
  /// receiver's queue is full.
  int send(std::string_view text, std::span<const int> descriptors = {}) noexcept;

  int get() const noexcept { return socket_.get(); }  ///< -1 while there is no receiver

 private:
  int connect() noexcept;
  int try_send(const msghdr& message) noexcept;

  const std::string path_;
  FileDescriptor socket_;
};

}  // namespace duplexd
