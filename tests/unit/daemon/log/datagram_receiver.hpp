#pragma once

#include "core/net/socket/file_descriptor.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace duplexd {

/// A datagram socket under an abstract name, as the journal and the service manager have one.
class DatagramReceiver {
 public:
  DatagramReceiver() { bind_again(); }

  const std::string& name() const noexcept { return name_; }  ///< "@..."

  struct Datagram {
    std::string text;
    std::vector<FileDescriptor> descriptors;
  };

  /// Nothing is in it if nothing comes in time.
  Datagram receive_all(std::chrono::milliseconds within = std::chrono::seconds(10)) const {
    pollfd ready{socket_.get(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(within.count())) <= 0) return {};
    std::array<char, 65536> text;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(1024 * sizeof(int))> control;
    iovec part{text.data(), text.size()};
    msghdr message{nullptr, 0, &part, 1, control.data(), control.size(), 0};
    const ssize_t n = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
    if (n < 0) return {};
    return {std::string(text.data(), static_cast<std::size_t>(n)), descriptors_of(message)};
  }

  /// "" if nothing comes in time.
  std::string receive(std::chrono::milliseconds within = std::chrono::seconds(10)) const {
    return receive_all(within).text;
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
  static std::vector<FileDescriptor> descriptors_of(msghdr& message) {
    std::vector<FileDescriptor> descriptors;
    const cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    if (!rights || rights->cmsg_type != SCM_RIGHTS) return descriptors;
    std::vector<int> numbers((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(numbers.data(), CMSG_DATA(rights), numbers.size() * sizeof(int));
    for (const int number : numbers) descriptors.emplace_back(number);
    return descriptors;
  }

  static inline int count_ = 0;
  std::string name_ = "@duplexd-test-" + std::to_string(::getpid()) + "-" + std::to_string(++count_);
  FileDescriptor socket_;
};

}  // namespace duplexd
