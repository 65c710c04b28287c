#pragma once

#include "core/memory/handler.hpp"
#include "core/memory/handler_memory.hpp"
#include "core/net/watched_socket.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <utility>

namespace duplexd {

/// The socket of an attempt to connect beside another of the same owner, until it has lost or takes the
/// other's place, and the wait for it. Lives in its worker's pool, at least as long as its wait; used by that
/// worker's thread only.
class Beside {
 public:
  using ErrorCode = boost::system::error_code;
  /// So many of a worker have their descriptors set aside (EffectiveLimits).
  static constexpr std::size_t most = 16;

  using Ready = void (*)(void* owner, const ErrorCode& error);

  /// `ready(owner, error)` is called when a wait has ended, and may destroy this.
  Beside(Loop& loop, void* owner, Ready ready) noexcept : socket_(loop), owner_(owner), ready_(ready) {}

  /// Closes what it had, and takes the socket over. Returns 0 or errno. It does not wait.
  int open(FileDescriptor& socket, WatchedSocket::Kind kind) noexcept {
    socket_.close();
    return socket_.open(socket, kind);
  }
  bool is_open() const noexcept { return socket_.is_open(); }
  int descriptor() const noexcept { return socket_.get(); }

  /// It is not waiting. The wait may end without cause.
  void wait() {
    waits_ = true;
    socket_.async_wait(WatchedSocket::Event::writable, Handler<&Beside::on_writable>(*this));
  }
  /// Its wait has not ended: also after the next two, which make it end soon.
  bool waits() const noexcept { return waits_; }
  void close() noexcept { socket_.close(); }
  FileDescriptor release() noexcept { return socket_.release(); }

  /// It is connected, and its owner knows.
  void set_connected() noexcept { connected_ = true; }
  bool connected() const noexcept { return connected_; }

  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  void on_writable(const ErrorCode& error) {
    waits_ = false;
    ready_(owner_, error);
  }

  WatchedSocket socket_;
  HandlerMemory memory_;
  void* const owner_;
  const Ready ready_;
  bool waits_ = false;
  bool connected_ = false;
};

}  // namespace duplexd
