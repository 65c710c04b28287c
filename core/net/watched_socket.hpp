#pragma once

#include "core/net/loop.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/system/error_code.hpp>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace duplexd {

/// A socket of the data path: a Loop watches it, and we do the reading and writing
/// (core/net/socket/stream.hpp). Watching costs one epoll_ctl(2) for its life, and one more if its
/// writability is ever waited for.
///
/// Readiness is told once, when it comes (EPOLLET, epoll(7)). Wait for it only after the socket would have
/// blocked, or drained_by_short_read(), with nothing told() since; after anything less certain, try the
/// socket first.
///
/// Used by the loop's thread only. The descriptor has no duplicate, for the watch ends with its close(2),
/// unless that is said.
class WatchedSocket {
 public:
  enum class Event : std::uint8_t { readable = 1, writable = 2, hang_up = 4 };
  enum class Kind : std::uint8_t {
    tcp,
    other,
    listening,  ///< readable only. EPOLLEXCLUSIVE: a new client wakes one of the loops, not all
                ///< (epoll_ctl(2))
  };

  explicit WatchedSocket(Loop& loop) noexcept : loop_(loop) {}
  ~WatchedSocket() { close(); }
  WatchedSocket(const WatchedSocket&) = delete;
  WatchedSocket& operator=(const WatchedSocket&) = delete;

  /// Takes the socket over. Returns 0, or errno and it stays the caller's.
  int open(FileDescriptor& socket, Kind kind) noexcept;
  bool is_open() const noexcept { return static_cast<bool>(socket_); }
  int get() const noexcept { return socket_.get(); }

  /// Completes when `event` comes, or an error or a hang-up of both directions, which are events of every
  /// kind. It may come without cause. Any number of waits may be outstanding, also for the same event. The
  /// memory is that of the handler's allocator.
  template <class Token>
  auto async_wait(Event event, Token&& token);

  /// Completes in the loop's next turn.
  template <class Token>
  auto async_yield(Token&& token) {
    return loop_.async_yield(std::forward<Token>(token));
  }

  /// Whether an edge of `event` came that no wait took. Cleared when a wait for it begins.
  bool told(Event event) const noexcept { return (told_ & bit(event)) != 0; }
  /// Whether an error or a hang-up of both directions has ever been told.
  bool broken() const noexcept { return broken_; }

  /// Of a read that returned fewer bytes than it had asked for: whether there was no more, so that no other
  /// read has to find that out (epoll(7), "Questions and answers", 9). There may be more behind urgent data,
  /// and an end or an error is not told twice; a Unix socket also stops short at passed descriptors.
  bool drained_by_short_read() const noexcept { return kind_ == Kind::tcp && !exceptional_; }

  /// Stops watching for events that no wait is outstanding for. The next async_wait() for one watches again,
  /// and completes if it is ready already.
  void mute() noexcept;

  void cancel() noexcept { fail(ECANCELED); }  ///< waits end as operation_aborted

  /// Both cancel(), and end the watch.
  FileDescriptor release() noexcept;
  void close() noexcept;

  /// The descriptor may have a duplicate, in another process: close() ends the watch with one call more.
  void expect_duplicate() noexcept { may_have_duplicate_ = true; }

  /// For the loop: epoll's `events` have come.
  void on_events(std::uint32_t events) noexcept;

 private:
  static constexpr std::uint8_t bit(Event event) noexcept { return static_cast<std::uint8_t>(event); }

  void begin(Operation& wait) noexcept;
  int watch(std::uint32_t events) noexcept;
  void fail(int error) noexcept;

  Loop& loop_;
  Operation* waits_ = nullptr;
  FileDescriptor socket_;
  std::uint32_t watched_ = 0;
  Kind kind_{};
  std::uint8_t told_ = 0;
  bool broken_ = false;
  bool exceptional_ = false;
  bool may_have_duplicate_ = false;
};

template <class Token>
auto WatchedSocket::async_wait(Event event, Token&& token) {
  return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
      [this, event](auto handler) {
        Operation& wait = loop_.begin(std::move(handler));
        wait.event = bit(event);
        begin(wait);
      },
      token);
}

}  // namespace duplexd
