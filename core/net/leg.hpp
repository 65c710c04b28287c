#pragma once

#include "core/net/socket/stream.hpp"
#include "core/net/tls/tls_stream.hpp"
#include "core/net/watched_socket.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace duplexd {

/// One side of a session, which chains read from and write to: a socket, plain or with TLS over it. Chains do
/// not know which. No call blocks. Used by its worker's thread only.
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

  /// TLS is spoken from now on: first its handshake. False: null was given, for a lack of memory.
  bool secure(std::unique_ptr<TlsStream> tls) noexcept { return (tls_ = std::move(tls)) != nullptr; }
  TlsStream* tls() const noexcept { return tls_.get(); }  ///< null: the leg is plain

  IoResult receive(std::span<std::byte> into) noexcept {
    return tls_ ? tls_->receive(into) : duplexd::receive(get(), into);
  }
  IoResult send(std::span<const std::byte> from) noexcept {
    return tls_ ? tls_->send(from) : duplexd::send(get(), from);
  }
  /// The same before TLS. `more`: more follows at once, and may go in the same segment.
  IoResult send_plain(std::span<const std::byte> from, bool more) const noexcept {
    return duplexd::send(get(), from, more ? MSG_MORE : 0);
  }
  /// What receive() would find, of which nothing is taken: one byte at most.
  IoResult peek() noexcept { return tls_ ? tls_->peek() : duplexd::peek(get()); }
  /// The same with as much as there is. Before TLS.
  IoResult peek(std::span<std::byte> into) const noexcept { return duplexd::peek(get(), into); }
  /// Whether the peer has ended its stream, also behind bytes that were not received.
  bool has_ended() const noexcept { return has_peer_ended(get()); }

  /// The kernel may move the bytes without our seeing them (not so under TLS).
  bool may_be_spliced() const noexcept { return !tls_; }
  IoResult splice_to_pipe(int entrance, std::size_t most) noexcept {
    return splice_from(get(), entrance, most);
  }
  IoResult splice_from_pipe(int exit, std::size_t bytes) noexcept { return splice_to(get(), exit, bytes); }

  /// Bytes that were taken from the socket and not yet received: no event will tell of them.
  std::size_t pending() const noexcept { return tls_ ? tls_->pending() : 0; }
  /// Of a receive that returned fewer bytes than it asked for: an event will tell of the next ones.
  bool short_read_means_empty() const noexcept {
    return tls_ ? tls_->short_read_means_empty() : drained_by_short_read();
  }

  /// Forwards the end of the stream; errno. EAGAIN: again when it is writable.
  int finish() noexcept { return tls_ ? tls_->finish() : shutdown_send(get()); }
  /// The end is a message of its own, which close() may find no room for.
  bool says_end() const noexcept { return tls_ != nullptr; }
  /// Takes the error that the kernel keeps for the socket; 0: there is none.
  int take_error() noexcept { return pending_error(get()); }

  /// The peer sees the end of the stream. Waits end as operation_aborted. Closed twice is closed once.
  void close() noexcept;
  /// Closes this process' descriptor; another has a copy, and the peer notices nothing. Waits end as
  /// operation_aborted.
  void let_go() noexcept {
    if (is_open()) (void)release();
  }
  /// The same, and the peer sees a reset; what it has not received is dropped.
  void reset() noexcept;
  /// reset(), unless that would take bytes from the peer: then close().
  void reset_if_acknowledged() noexcept { every_byte_acknowledged(get()) ? reset() : close(); }

 private:
  void drop() noexcept {
    tls_.reset();
    WatchedSocket::close();
  }

  std::unique_ptr<TlsStream> tls_;
};

inline void Leg::close() noexcept {
  if (tls_) (void)tls_->finish();
  drop();
}

inline void Leg::reset() noexcept {
  if (is_open()) reset_on_close(get());
  drop();
}

}  // namespace duplexd
