#pragma once

#include "core/net/socket/stream.hpp"
#include "core/net/watched_socket.hpp"

#include <cstddef>
#include <span>

namespace duplexd {

/// One side of a session, which chains read from and write to. Today there is one kind: a plain socket, so
/// nothing is virtual and nothing is held inside. No call blocks. Used by its worker's thread only.
class Leg : private WatchedSocket {
 public:
  using WatchedSocket::Event;
  using WatchedSocket::Kind;
  using WatchedSocket::WatchedSocket;

  using WatchedSocket::is_open;
  using WatchedSocket::open;

  using WatchedSocket::async_wait;
  using WatchedSocket::async_yield;
  using WatchedSocket::broken;
  using WatchedSocket::cancel;
  using WatchedSocket::expect_duplicate;
  using WatchedSocket::mute;
  using WatchedSocket::told;

  /// Of the plain socket, for options and addresses.
  int descriptor() const noexcept { return get(); }

  IoResult receive(std::span<std::byte> into) noexcept { return duplexd::receive(get(), into); }
  IoResult send(std::span<const std::byte> from) noexcept { return duplexd::send(get(), from); }
  /// What receive() would find, of which nothing is taken: one byte at most.
  IoResult peek() noexcept { return duplexd::peek(get()); }

  /// The kernel may move the bytes without our seeing them (not so under TLS).
  bool may_be_spliced() const noexcept { return true; }
  IoResult splice_to_pipe(int entrance, std::size_t most) noexcept {
    return splice_from(get(), entrance, most);
  }
  IoResult splice_from_pipe(int exit, std::size_t bytes) noexcept { return splice_to(get(), exit, bytes); }

  /// Bytes that were taken from the socket and not yet received: no event will tell of them.
  std::size_t pending() const noexcept { return 0; }
  /// Of a receive that returned fewer bytes than it asked for: an event will tell of the next ones.
  bool short_read_means_empty() const noexcept { return drained_by_short_read(); }

  /// Forwards the end of the stream; errno.
  int finish() noexcept { return shutdown_send(get()); }
  /// Takes the error that the kernel keeps for the socket; 0: there is none.
  int take_error() noexcept { return pending_error(get()); }

  /// Waits end as operation_aborted. Closed twice is closed once.
  void close() noexcept { WatchedSocket::close(); }
  /// Closes this process' descriptor; another has a copy, and the peer notices nothing. Waits end as
  /// operation_aborted.
  void let_go() noexcept {
    if (is_open()) (void)release();
  }
  /// The same, and the peer sees a reset; what it has not received is dropped.
  void reset() noexcept;
  /// reset(), unless that would take bytes from the peer: then close().
  void reset_if_acknowledged() noexcept { every_byte_acknowledged(get()) ? reset() : close(); }
};

inline void Leg::reset() noexcept {
  if (is_open()) reset_on_close(get());
  close();
}

}  // namespace duplexd
