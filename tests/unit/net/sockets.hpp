#pragma once

#include "core/net/address/address.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/socket/listen_socket.hpp"
#include "core/net/socket/stream.hpp"

#include <gtest/gtest.h>

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace duplexd::net_test {

inline constexpr std::chrono::milliseconds patience{10'000};

inline SocketAddress address(std::string_view text) {
  auto parsed = SocketAddress::parse(text);
  if (!parsed) throw std::invalid_argument(parsed.error().what);
  return *parsed;
}

/// Abstract names ("unix:@...") are made the process' own, because tests run side by side.
inline BindAddress bind_address(std::string_view text) {
  const bool is_abstract = text.starts_with("unix:@");
  auto parsed =
      parse_bind(is_abstract ? std::string(text) + "-" + std::to_string(::getpid()) : std::string(text));
  if (!parsed) throw std::invalid_argument(parsed.error().what);
  return parsed->front();
}

/// True once one of the events, an error or a hang-up is there.
inline bool wait_for(int socket, short events) {
  pollfd entry{socket, events, 0};
  return ::poll(&entry, 1, static_cast<int>(patience.count())) == 1;
}

inline FileDescriptor connect_to(const SocketAddress& to) {
  FileDescriptor socket(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), to.data(), to.size()) != 0) socket.reset();
  return socket;
}

inline FileDescriptor accept_from(int listener) {
  wait_for(listener, POLLIN);
  return FileDescriptor(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

/// Both ends of a connection.
struct Pair {
  FileDescriptor ours;
  FileDescriptor peer;
};

inline Pair connected_pair(std::string_view bind) {
  auto listening = open_listeners(bind_address(bind), {}, 1);
  if (!listening) throw std::runtime_error(listening.error().what);
  const int listener = listening->sockets.front().get();
  Pair pair{connect_to(local_address(listener)), {}};
  pair.peer = accept_from(listener);
  return pair;
}

inline int option(int socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(socket, level, name, &value, &size) == 0 ? value : -1;
}

inline std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

inline bool host_has_ipv6() { return open_listeners(bind_address("[::1]:0"), {}, 1).has_value(); }

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "duplexd-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  std::string file(std::string_view name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// While it lives, the process has no privileges. Does nothing if it has none anyway.
class Unprivileged {
 public:
  Unprivileged() : was_root_(::geteuid() == 0) {
    if (was_root_ && ::seteuid(nobody) != 0) throw std::runtime_error("seteuid failed");
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (was_root_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  static constexpr uid_t nobody = 65534;
  bool was_root_;
};

}  // namespace duplexd::net_test
