#pragma once

#include "core/net/socket/file_descriptor.hpp"
#include "tests/bench/poller.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace duplexd::bench {

/// What an event of a stream moves on.
class Session {
 public:
  virtual ~Session() = default;
  /// Does what is possible now. False: the session is over. Throws std::exception if it failed.
  virtual bool advance() = 0;
};

/// How often one stream may receive or send before it is the turn of others: then it asks for its events
/// again.
inline constexpr int rounds_at_once = 16;

/// A connected socket, or one that is being connected, watched edge-triggered and registered once. It
/// remembers what epoll said until a short read or write proves the contrary, so that no call is made in
/// vain. The epoll instance knows its address: it cannot be moved.
class Stream {
 public:
  Stream(Poller& poller, FileDescriptor socket, Session& session);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

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
  Session& session_;
  std::uint64_t moved_ = 0;
  bool connected_ = false;
  bool readable_ = false;
  bool writable_ = false;
  bool ending_ = false;  ///< the end is on its way, behind what can be read
  bool ended_ = false;
};

/// Sends `bytes` over and over, for as long as the socket takes them. Returns how many it took.
std::size_t flood(Stream& stream, std::span<const char> bytes);
/// Receives all there is, and forgets it. Returns how many bytes that was.
std::size_t drain(Stream& stream);

}  // namespace duplexd::bench
