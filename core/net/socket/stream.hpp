#pragma once

#include "core/net/address/address.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <span>

namespace duplexd {

/// What one attempt to move bytes did. At most one of bytes and error is not 0.
struct IoResult {
  std::size_t bytes = 0;
  int error = 0;  ///< errno

  bool would_block() const noexcept { return error == EAGAIN || error == EWOULDBLOCK; }
  bool end_of_stream() const noexcept { return bytes == 0 && error == 0; }  ///< of receive() into a place
};

/// Of an errno: the kernel is short of memory for a moment. No peer has failed, and another try may succeed.
inline bool is_out_of_memory(int error) noexcept { return error == ENOMEM || error == ENOBUFS; }

// Neither call blocks, whatever the flags of the descriptor are, and none raises SIGPIPE.

inline IoResult receive(int socket, std::span<std::byte> into) noexcept {
  for (;;) {
    const ssize_t n = ::recv(socket, into.data(), into.size(), MSG_DONTWAIT);
    if (n >= 0) return {static_cast<std::size_t>(n), 0};
    if (errno != EINTR) return {0, errno};
  }
}

/// `flags` are further ones of send(2).
inline IoResult send(int socket, std::span<const std::byte> from, int flags = 0) noexcept {
  for (;;) {
    const ssize_t n = ::send(socket, from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL | flags);
    if (n >= 0) return {static_cast<std::size_t>(n), 0};
    if (errno != EINTR) return {0, errno};
  }
}

/// What receive() with a buffer of one byte would return; the byte stays in the socket (MSG_PEEK).
IoResult peek(int socket) noexcept;
/// What receive() would, and the bytes stay in the socket.
IoResult peek(int socket, std::span<std::byte> into) noexcept;
/// Whether the peer has ended its stream, also behind bytes that were not received (POLLRDHUP, poll(2)).
bool has_peer_ended(int socket) noexcept;

// By a pipe, without copying. The socket and the pipe are non-blocking. splice(2) has no MSG_NOSIGNAL: who
// calls this ignores SIGPIPE.

/// Moves at most `most` bytes of the socket to an empty pipe. 0 is the end of the stream, or nothing yet.
IoResult splice_from(int socket, int pipe_entrance, std::size_t most) noexcept;
/// Moves what the socket takes of the `bytes` that are in a pipe.
IoResult splice_to(int socket, int pipe_exit, std::size_t bytes) noexcept;

/// Takes bytes out of a pipe by copying them. Non-blocking, like the pipe.
IoResult read_pipe(int pipe_exit, std::span<std::byte> into) noexcept;

/// Forwards the end of the stream. A peer that reset the connection already (ENOTCONN) is no error: the next
/// receive() tells.
int shutdown_send(int socket) noexcept;

/// Makes the close that follows drop what is unsent and reset the connection. A Unix socket closes as ever.
void reset_on_close(int socket) noexcept;

/// After shutdown_send(): true if the peer's kernel has every byte that was sent (SIOCOUTQ, tcp(7)), so that
/// a reset would take none from it.
bool every_byte_acknowledged(int socket) noexcept;

int pending_error(int socket) noexcept;  ///< takes SO_ERROR from the socket

SocketAddress local_address(int socket) noexcept;  ///< AF_UNSPEC if there is none
SocketAddress peer_address(int socket) noexcept;   ///< AF_UNSPEC if there is none

}  // namespace duplexd
