#pragma once

#include "core/listener/pausing.hpp"
#include "core/memory/handler_memory.hpp"
#include "core/net/watched_socket.hpp"
#include "core/session/deadline_wheel.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace duplexd {

class Listener;

/// One listening socket on one worker and its loop, a half-duplex chain with one block of handler memory:
/// wait, accept a batch, wait. Nothing but pause() ends it. When descriptors, memory or sessions are short it
/// waits until there is room, and clients wait in the backlog or are refused, as limits.when_full says.
///
/// Several workers may share one socket. An acceptor watches it only while it can accept, so that a new
/// client wakes a worker that can; after a shortage it tries again each tick. The control thread makes
/// it; everything else is done on its worker's thread.
class Acceptor {
 public:
  /// Borrows the socket, which stays open for as long as this may use it. `listener` outlives that time, too.
  Acceptor(Listener& listener, int socket);
  ~Acceptor();

  int socket() const noexcept { return socket_; }

  /// Its clients are those of `listener` from now on.
  void serve(Listener& listener) noexcept { listener_ = &listener; }

  /// Accepts clients from now on.
  void resume();
  /// Stops accepting at once; clients wait in the backlog.
  void pause() noexcept;
  /// Accepts, in turns, as many clients as wait in the backlog now; then pauses and releases `pausing`. Later
  /// clients, and those beyond a limit, stay in the backlog.
  void pause_after_backlog(Pausing pausing);
  bool is_paused() const noexcept { return state_ == State::paused; }
  bool idle() const noexcept { return !waiting_; }  ///< nothing is outstanding: it may be destroyed

  /// Each tick: resumes when the back-off is over and there is room.
  void on_tick(Tick now);
  /// A session has ended: resumes now if there is room.
  void on_room();

  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  enum class State : std::uint8_t {
    paused,
    accepting,
    ending,       // accepts the clients that pause_after_backlog() found
    backing_off,  // accepting failed
    full,         // at a limit of sessions
  };
  bool accepts() const noexcept { return state_ == State::accepting || state_ == State::ending; }
  void await_client();
  void await_turn();
  void on_ready(const boost::system::error_code& error);
  bool accept_batch();
  void back_off(int error);
  void suspend(State shortage) noexcept;
  int watch() noexcept;
  void unwatch() noexcept;

  HandlerMemory memory_;
  Listener* listener_;
  const int socket_;
  WatchedSocket watched_;  // open while a client is waited for
  Pausing pausing_;
  std::size_t left_ = 0;  // clients to accept, while ending
  Tick resume_at_ = 0;
  State state_ = State::paused;
  bool waiting_ = false;
};

}  // namespace duplexd
