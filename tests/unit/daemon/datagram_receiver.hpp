#pragma once

#include "core/net/file_descriptor.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>

namespace duplexd {

/// A datagram socket under an abstract name, as the journal and the service manager have one.
class DatagramReceiver {
 public:
  DatagramReceiver() { bind_again(); }

  const std::string& name() const noexcept { return name_; }  ///< "@..."

  /// "" if nothing comes within ten seconds.
  std::string receive() const {
    pollfd ready{socket_.get(), POLLIN, 0};
    if (::poll(&ready, 1, 10'000) <= 0) return {};
    std::array<char, 65536> buffer;
    const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    return {buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0};
  }

  void close() { socket_.reset(); }

  void bind_again() {
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
      throw std::runtime_error("bind " + name_);
    }
  }

 private:
  static inline int count_ = 0;
  std::string name_ = "@duplexd-test-" + std::to_string(::getpid()) + "-" + std::to_string(++count_);
  FileDescriptor socket_;
};

}  // namespace duplexd
