#pragma once

#include "core/metrics/close_reason.hpp"
#include "core/session/relay/ending.hpp"
#include "core/session/relay/flow.hpp"

#include <cstdint>
#include <optional>

namespace duplexd {

constexpr Side other(Side side) noexcept { return side == Side::client ? Side::endpoint : Side::client; }

/// What the chain of a direction does next.
enum class Step : std::uint8_t {
  receive,         ///< read the sender
  send,            ///< send the held bytes to the receiver
  await_sender,    ///< wait until the sender may have bytes, then receive
  await_receiver,  ///< wait until the receiver takes bytes, then send
  forward_end,     ///< tell the receiver that no more will come
  watch_sender,    ///< finished: wait for a reset of the sender, which is not read any more
  rest,            ///< abandoned: the other direction ends the session
  end,             ///< the session has ended: Relaying::ending()
};

// clang-format off
/// The decisions of a session that relays, as a value: events of the two directions go in, and what the chain
/// of that direction does next comes out. No I/O; Chain and Session obey it.
///
/// | event                         | when                             | what follows                |
/// |-------------------------------|----------------------------------|-----------------------------|
/// | received                      |                                  | send                        |
/// | sent                          | bytes are left                   | send                        |
/// | sent                          | nothing is left                  | receive, or forward the end |
/// | would block                   | receiving                        | await the sender            |
/// | would block                   | sending                          | stalled: await the receiver |
/// | would block                   | forwarding the end               | await the receiver          |
/// | end                           | the other direction goes on      | forward the end             |
/// | end                           | the other direction has finished | session ends in order; if   |
/// |                               |                                  | said apart, forward first   |
/// | end                           | a peer had failed                | session ends with that      |
/// | end forwarded                 | the other direction goes on      | finished: watch the sender  |
/// | end forwarded                 | the other direction has finished | session ends in order       |
/// | sender failed                 |                                  | session ends                |
/// | receiver failed by a reset    | its own direction goes on        | abandon; read what it sent  |
/// | receiver failed by a reset    | its own direction is over        | session ends                |
/// | receiver failed otherwise     |                                  | session ends                |
/// | quiet for the time-out        | a peer had failed                | session ends with that      |
/// | quiet for the time-out        | a direction is over              | ends: half_closed_timeout   |
/// | quiet for the time-out        | both go on                       | ends: idle_timeout          |
/// | ended by us                   |                                  | ends with the reason given  |
///
/// The first failure is the one that is reported. How the two legs are closed then is in end_rules.
// clang-format on
class Relaying {
 public:
  /// What another process needs to go on with a session that has not ended.
  struct State {
    Flow::State upstream{};
    Flow::State downstream{};
    /// The first failure; none: no peer has failed.
    std::optional<CloseReason> failure{};
    int error = 0;  ///< errno behind it

    friend bool operator==(const State&, const State&) = default;
  };

  Relaying() noexcept = default;
  explicit Relaying(const State& state) noexcept;
  State state() const noexcept;

  /// Before the first event.
  void begin_with(Side from, std::uint32_t bytes) noexcept { mutable_flow(from).begin_with(bytes); }

  /// The end of the stream to this peer is a message of its own, which closing the leg does not say. Before
  /// the first event.
  void say_end_apart(Side peer) noexcept {
    if (peer == Side::client) client_hears_end_ = true;
    if (peer == Side::endpoint) endpoint_hears_end_ = true;
  }

  /// What the chain of this direction does now.
  Step next(Side from) const noexcept;

  // What became of the step that next() or the event before has asked for. The direction is named by its
  // sender.
  Step on_received(Side from, std::uint64_t bytes) noexcept;
  Step on_sent(Side from, std::uint64_t bytes) noexcept;
  Step on_would_block(Side from) noexcept;
  Step on_end(Side from) noexcept;
  Step on_end_forwarded(Side from) noexcept;
  Step on_sender_failed(Side from, int error) noexcept;
  Step on_receiver_failed(Side from, int error) noexcept;

  /// The sender of a stalled direction has reset. It takes no bytes any more; its stuck bytes are still
  /// delivered.
  Step on_stuck_sender_failed(Side from, int error) noexcept {
    return on_receiver_failed(other(from), error);
  }
  /// No byte has moved for the time-out in force: that of half-closed sessions if half_closed().
  void on_quiet() noexcept;
  /// We end it: a deadline, a stop, a failure of our own.
  void end(CloseReason reason, int error = 0) noexcept;

  const Flow& flow(Side from) const noexcept { return from == Side::client ? upstream_ : downstream_; }
  bool half_closed() const noexcept { return upstream_.over() || downstream_.over(); }
  /// A reset of the sender would go unseen for as long as its bytes are stuck.
  bool hides_reset(Side from) const noexcept { return !failed_ && flow(from).stalled(); }
  bool ended() const noexcept { return ended_; }
  /// After the end.
  Ending ending() const noexcept;

  friend bool operator==(const Relaying&, const Relaying&) = default;

 private:
  Flow& mutable_flow(Side from) noexcept { return from == Side::client ? upstream_ : downstream_; }
  bool is_last_to_finish(Side from) const noexcept { return flow(other(from)).finished(); }
  bool hears_end(Side peer) const noexcept {
    return peer == Side::client ? client_hears_end_ : endpoint_hears_end_;
  }
  Step end_with_failure() noexcept;
  void blame(Side side, int error) noexcept;
  LegEnd end_of(Side peer) const noexcept;

  Flow upstream_;
  Flow downstream_;
  int error_ = 0;
  // Of the first failure, then of the end.
  CloseReason reason_{};
  bool failed_ : 1 = false;
  bool ended_ : 1 = false;
  bool client_hears_end_ : 1 = false;
  bool endpoint_hears_end_ : 1 = false;
};

}  // namespace duplexd
