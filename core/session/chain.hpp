#pragma once

#include "core/memory/handler_memory.hpp"
#include "core/metrics/events.hpp"
#include "core/session/bulk.hpp"
#include "core/session/cargo.hpp"
#include "core/session/flow.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace duplexd {

class Session;

/// One direction of a session: a sequence of asynchronous waits, one at a time, all allocated from the
/// chain's own handler memory. Between the waits it moves bytes as its Flow says, by copying or, when they
/// are many, by splicing (Bulk). A chain that waits for its sender holds neither buffer nor pipe; while its
/// Cargo holds bytes, nothing more is read.
///
/// Part of its session and used by the session's worker only. Any call of the session from a chain may end
/// the session and with it the chain: it is the last thing that a function does.
class Chain {
 public:
  using ErrorCode = boost::system::error_code;

  /// `from` is the side that the chain reads: Side::client for the upstream chain.
  Chain(Session& session, Side from) noexcept : session_(session), from_(from) {}
  ~Chain();

  /// Since when the sender's socket has been watched: what came before now may have gone unnoticed.
  enum class Watched : std::uint8_t { from_now, before };

  /// Begins to relay. Both sockets are open.
  void start(Watched sender) { sender == Watched::from_now ? await_sender() : relay(); }

  /// After the chain has finished: watches its sender, which nothing reads any more, for a reset.
  void watch_for_reset();

  /// Nothing more can be delivered. The chain stops by itself; bytes that it still holds are lost and
  /// counted.
  void abandon() noexcept { abandoned_ = true; }

  bool waiting() const noexcept { return waiting_; }  ///< an operation is outstanding
  bool over() const noexcept { return abandoned_ || flow_.finished(); }
  bool stalled() const noexcept {
    return stalled_;
  }  ///< bytes wait for the receiver; nobody reads the sender
  bool finished() const noexcept { return flow_.finished(); }  ///< in order: the end was forwarded
  DirectionBytes bytes() const noexcept;

  HandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  Side to() const noexcept { return from_ == Side::client ? Side::endpoint : Side::client; }

  void await_sender();
  void await_receiver();
  void await_turn();
  void on_sender_ready(const ErrorCode& error);
  void on_receiver_ready(const ErrorCode& error);
  void on_turn(const ErrorCode& error);
  void on_reset(const ErrorCode& error);
  bool resumed(const ErrorCode& error);

  void relay(bool woken = false);
  IoResult take();
  bool took_all(std::size_t bytes) noexcept;
  bool deliver();
  void stall();
  void forward_end();
  void count(std::size_t delivered) noexcept;
  void begin_stall() noexcept;
  void end_stall() noexcept;
  std::chrono::microseconds stall_time() const noexcept;

  HandlerMemory memory_;
  Session& session_;
  Flow flow_;
  Cargo cargo_;
  Bulk bulk_;
  const Side from_;
  bool waiting_ = false;
  bool abandoned_ = false;
  bool stalled_ = false;
  std::chrono::steady_clock::time_point stalled_since_;
  std::chrono::microseconds stalled_total_{0};
};

}  // namespace duplexd
