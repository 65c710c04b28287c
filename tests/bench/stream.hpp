#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "tests/bench/poller.hpp"
#include "tests/bench/tls/tls.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace duplexd::bench {

/// The receiver of a stream's events.
class Session {
 public:
  virtual ~Session() = default;
  /// Moves bytes without waiting. False: the session has ended. Throws std::exception if it failed.
  virtual bool advance() = 0;
};

/// The most calls of one stream per event; then it asks for its events again, so that others are served.
inline constexpr int rounds_at_once = 16;

/// A connected socket, or one that is being connected, watched edge-triggered and registered once. It
/// remembers what epoll said until a short read or write proves the contrary, so that no call is made in
/// vain. The epoll instance knows its address: it cannot be moved.
class Stream {
 public:
  Stream(Poller& poller, FileDescriptor socket, Session& session);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// TLS is spoken from now on. Before the first byte.
  void secure(const TlsClients& clients) { tls_ = clients.connect(socket_.get()); }
  void secure(const TlsBackend& backend) { tls_ = backend.accept(socket_.get()); }

  Session& session() const noexcept { return session_; }
  void note(std::uint32_t events) noexcept;
  void rearm();

  bool connected() const noexcept { return connected_; }
  bool readable() const noexcept { return readable_; }
  bool writable() const noexcept { return writable_; }
  bool ended() const noexcept { return ended_; }           ///< the peer's end of stream was received
  std::uint64_t moved() const noexcept { return moved_; }  ///< bytes, both ways

  /// Each returns how many bytes, 0 if there is nothing to be had, and throws std::system_error if the
  /// connection is lost.
  std::size_t receive(std::span<char> buffer);
  std::size_t send(std::span<const char> bytes);
  std::size_t discard(std::size_t most);  ///< receives without copying
  void end_sending();

 private:
  std::size_t received(ssize_t result, std::size_t asked);

  Poller& poller_;
  FileDescriptor socket_;
  TlsHandle tls_{nullptr, SSL_free};  // null: the stream is plain
  Session& session_;
  std::uint64_t moved_ = 0;
  bool connected_ = false;
  bool readable_ = false;
  bool writable_ = false;
  bool ending_ = false;  ///< the end is on its way, behind what can be read
  bool ended_ = false;
};

/// Sends `bytes` repeatedly until the socket takes no more. Returns the bytes sent.
std::size_t flood(Stream& stream, std::span<const char> bytes);
/// Receives and drops all bytes there are. Returns their number.
std::size_t drain(Stream& stream);

}  // namespace duplexd::bench
