#pragma once

#include "core/memory/handler_memory.hpp"
#include "core/net/descriptor.hpp"
#include "core/net/file_descriptor.hpp"
#include "core/session/deadline_wheel.hpp"

#include <boost/system/error_code.hpp>

namespace duplexd {

class Listener;

/// One listening socket on one worker and its loop, a half-duplex chain with one block of handler memory:
/// wait, accept a batch, wait. Nothing but stop() ends it; when descriptors, memory or sessions are short it
/// pauses, and clients wait in the backlog. Used by its worker's thread only.
class Acceptor {
 public:
  /// `listener` outlives it. Takes the socket over.
  Acceptor(Listener& listener, FileDescriptor socket);
  ~Acceptor();

  void start();
  void stop() noexcept;

  /// Goes on if it paused and the pause is over.
  void on_tick(Tick now);
  /// A session has ended, and its descriptors are free: goes on at once if it paused.
  void on_room();

  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  enum class Pause : std::uint8_t { none, backing_off, at_limit };

  void wait();
  void on_ready(const boost::system::error_code& error);
  void accept_batch();
  void back_off(int error);

  HandlerMemory memory_;
  Listener& listener_;
  Descriptor socket_;
  FileDescriptor unwatched_;  // until start(): Asio takes it over then
  Pause pause_ = Pause::none;
  Tick resume_at_ = 0;
  bool waiting_ = false;
};

}  // namespace duplexd
