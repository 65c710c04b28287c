#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "tests/bench/system.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>

namespace duplexd::bench {

/// Owns an epoll instance (epoll(7)). A socket leaves it when it closes.
class Poller {
 public:
  int descriptor() const noexcept { return epoll_.get(); }

  void watch(int socket, void* owner, std::uint32_t events) { control(EPOLL_CTL_ADD, socket, owner, events); }
  /// Reports the current events of the socket again, despite edge-triggering.
  void rearm(int socket, void* owner, std::uint32_t events) { control(EPOLL_CTL_MOD, socket, owner, events); }

  /// At most one event for each socket; valid until the next call. `milliseconds` as in epoll_wait(2).
  std::span<const epoll_event> wait(int milliseconds) {
    const int count =
        ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), milliseconds);
    if (count < 0 && errno == EINTR) return {};
    return std::span(events_).first(static_cast<std::size_t>(checked(count, "epoll_wait")));
  }

 private:
  void control(int operation, int socket, void* owner, std::uint32_t events) {
    epoll_event event{.events = events, .data = {.ptr = owner}};
    checked(::epoll_ctl(epoll_.get(), operation, socket, &event), "epoll_ctl");
  }

  FileDescriptor epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  std::array<epoll_event, 512> events_;
};

}  // namespace duplexd::bench
