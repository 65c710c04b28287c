#pragma once

#include "core/memory/handler_memory.hpp"
#include "core/net/watched_socket.hpp"
#include "core/session/deadline_wheel.hpp"

#include <boost/system/error_code.hpp>

namespace duplexd {

class Listener;

/// One listening socket on one worker and its loop, a half-duplex chain with one block of handler memory:
/// wait, accept a batch, wait. Nothing but stop() ends it; when descriptors, memory or sessions are short it
/// pauses, and clients wait in the backlog. Used by its worker's thread only.
class Acceptor {
 public:
  /// Borrows the socket, which stays open for as long as this may use it. `listener` outlives that time, too.
  Acceptor(Listener& listener, int socket);
  ~Acceptor();

  int socket() const noexcept { return socket_; }

  /// Its clients are those of `listener` from now on.
  void serve(Listener& listener) noexcept { listener_ = &listener; }

  void start();
  /// Leaves the socket alone: clients wait in its backlog for whoever accepts next.
  void stop() noexcept;
  /// Stops for good, because the socket will be closed, which resets whom the kernel has accepted: they are
  /// clients first.
  void finish();
  bool idle() const noexcept { return !waiting_; }  ///< nothing is outstanding: it may be destroyed

  /// Goes on if it paused and the pause is over.
  void on_tick(Tick now);
  /// A session has ended, and its descriptors are free: goes on at once if it paused.
  void on_room();

  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  enum class State : std::uint8_t { stopped, accepting, backing_off, at_limit };

  void await_client();
  void await_turn();
  void on_ready(const boost::system::error_code& error);
  bool accept_batch();
  void back_off(int error);

  HandlerMemory memory_;
  Listener* listener_;
  const int socket_;
  WatchedSocket watched_;
  State state_ = State::stopped;
  Tick resume_at_ = 0;
  bool waiting_ = false;
};

}  // namespace duplexd
