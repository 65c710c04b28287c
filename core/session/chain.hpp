#pragma once

#include "core/memory/handler_memory.hpp"
#include "core/metrics/events.hpp"
#include "core/session/relay/bulk.hpp"
#include "core/session/relay/cargo.hpp"
#include "core/session/relay/relaying.hpp"
#include "core/session/relay/stall.hpp"
#include "core/session/session_state.hpp"
#include "core/session/views/session_view.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>

namespace duplexd {

class Session;

/// One direction of a session: a sequence of asynchronous waits, one at a time, all allocated from the
/// chain's own handler memory. Between the waits it moves bytes from leg to leg, step by step as Relaying
/// says, by copying or, when they are many, by splicing (Bulk). While it waits for its sender it holds
/// neither buffer nor pipe.
///
/// Part of its session and used by the session's worker only. A step that ends the session may destroy it,
/// and the chain with it: nothing is touched afterwards.
class Chain {
 public:
  using ErrorCode = boost::system::error_code;

  /// `from` is the side that the chain reads: Side::client for the upstream chain.
  Chain(Session& session, Side from) noexcept : from_(from), session_(session) {}
  ~Chain();

  /// Begins to relay. Both legs are open.
  void start();
  /// Continues. The session calls it when its own wait for the client ends during relay: that wait served as
  /// the chain's first one.
  void go_on();

  bool waiting() const noexcept { return waiting_; }  ///< an operation is outstanding
  DirectionBytes bytes() const noexcept;
  /// Has the wait for the receiver counted, if there is one: it is over, or the session is.
  void end_stall() noexcept;
  ChainView view() const noexcept;

  // For a session that goes to another process.

  /// What is held between two waits. Without memory, std::bad_alloc.
  SessionState::Held held() const;
  const Pipe* pipe() const noexcept { return cargo_.pipe(); }  ///< null: none
  /// Holds what another process held. False: a lack of memory or pipes.
  bool take_over(const SessionState::Held& held, Pipe& pipe) noexcept;

  WaitMemory& handler_memory() noexcept { return memory_; }

 private:
  const Flow& flow() const noexcept;
  Leg& sender() noexcept;
  Leg& receiver() noexcept;
  ChainWait waits_for() const noexcept;
  bool splices() const noexcept;

  void obey(Step step);
  Step receive();
  IoResult take();
  Step send();
  Step forward_end();
  Step stall();
  Step failed(Step (Relaying::*report)(Side, int), int error);
  void await_sender();
  void await_receiver();
  void await_turn();
  void await_bandwidth(bool had_some);
  void watch_sender();

  void on_sender_ready(const ErrorCode& error);
  void on_receiver_ready(const ErrorCode& error);
  void on_turn(const ErrorCode& error);
  void on_sender_broken(const ErrorCode& error);
  bool resumed(const ErrorCode& error);

  // What is behind a member without an address of its own lies in its padding.
  [[no_unique_address]] WaitMemory memory_;
  const Side from_;
  bool waiting_ = false;
  // The wait that just ended was for readability: finding nothing then counts as spurious.
  bool woken_ = false;
  // It let others go first to the bandwidth that is left.
  bool gave_way_ = false;
  Session& session_;
  [[no_unique_address]] Cargo cargo_;
  Bulk bulk_;
  // The last receive emptied the socket: no other is tried before an event.
  bool sender_empty_ = false;
  Stall stall_;
};

}  // namespace duplexd
