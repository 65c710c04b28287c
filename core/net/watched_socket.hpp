#pragma once

#include "core/net/poller.hpp"
#include "core/net/socket/file_descriptor.hpp"
#include "core/net/wait_operation.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace duplexd {

/// A socket of the data path: a Poller watches it, and we do the reading and writing
/// (core/net/socket/stream.hpp). Watching costs one epoll_ctl(2) for its life, and one more if its
/// writability is ever waited for.
///
/// Readiness is told once, when it comes (EPOLLET, epoll(7)). Wait for it only after the socket would have
/// blocked, or drained_by_short_read(), with nothing else waited for since; after anything less certain, try
/// the socket first.
///
/// Used by the poller's thread only. The descriptor has no duplicate, for the watch ends with its close(2).
class WatchedSocket {
 public:
  enum class Event { readable, writable, hang_up };
  enum class Kind : std::uint8_t { tcp, other };

  explicit WatchedSocket(Poller& poller) noexcept : poller_(poller) {}
  ~WatchedSocket() { close(); }
  WatchedSocket(const WatchedSocket&) = delete;
  WatchedSocket& operator=(const WatchedSocket&) = delete;

  /// Takes the socket over. Returns 0, or errno and it stays the caller's.
  int open(FileDescriptor& socket, Kind kind) noexcept;
  bool is_open() const noexcept { return static_cast<bool>(socket_); }
  int get() const noexcept { return socket_.get(); }

  /// Calls `handler` when `event` comes, or an error or a hang-up of both directions, which are events of
  /// every kind. It may come without cause. One wait at a time for each kind. The memory is that of the
  /// handler's allocator.
  template <class Handler>
  void async_wait(Event event, Handler handler);

  /// Calls `handler` when the others of this thread that are ready have had their turn.
  template <class Handler>
  void async_yield(Handler handler) {
    poller_.complete_later(WaitOperation<Handler>::make(std::move(handler)));
  }

  /// Of a read that returned fewer bytes than it had asked for: whether there was no more, so that no other
  /// read has to find that out (epoll(7), "Questions and answers", 9). There may be more behind urgent data,
  /// and an end or an error is not told twice; a Unix socket also stops short at passed descriptors.
  bool drained_by_short_read() const noexcept { return kind_ == Kind::tcp && !exceptional_; }

  /// What comes does not wake the thread until it is waited for. It is not now.
  void mute() noexcept { (void)watch(0); }

  void cancel() noexcept { fail(ECANCELED); }  ///< waits end as operation_aborted

  /// Both cancel(), and end the watch.
  FileDescriptor release() noexcept;
  void close() noexcept;

  /// For the poller: epoll's `events` have come. Adds the waits that they end to `ended`.
  void on_events(std::uint32_t events, Poller::Operations& ended) noexcept;

 private:
  // Always watched for, and never muted: EPOLLERR and EPOLLHUP.
  static constexpr std::uint32_t broken = EPOLLERR | EPOLLHUP;
  static constexpr std::uint32_t input = EPOLLIN | EPOLLRDHUP | EPOLLPRI;
  static constexpr std::array<std::uint32_t, 3> watched_for{input, EPOLLOUT, 0};

  int watch(std::uint32_t events) noexcept;
  void fail(int error) noexcept;

  Poller& poller_;
  FileDescriptor socket_;
  std::uint32_t watched_ = 0;
  Kind kind_{};
  bool exceptional_ = false;
  std::array<Wait*, 3> waits_{};
};

template <class Handler>
void WatchedSocket::async_wait(Event event, Handler handler) {
  const auto index = static_cast<std::size_t>(event);
  waits_[index] = WaitOperation<Handler>::make(std::move(handler));
  poller_.on_wait_begun();
  if ((watched_ & watched_for[index]) == watched_for[index]) return;
  if (const int error = watch(watched_ | watched_for[index])) fail(error);
}

}  // namespace duplexd
