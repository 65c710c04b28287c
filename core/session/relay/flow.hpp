#pragma once

#include <cassert>
#include <cstdint>

namespace duplexd {

/// One direction of a session as numbers and flags, without I/O. Bytes that were received are sent before
/// anything else is received, so a direction holds one buffer at most; the end of the stream is forwarded
/// after the last byte.
class Flow {
 public:
  /// What another process needs to go on with it.
  struct State {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint32_t preamble = 0;  ///< bytes that come first and were not received
    bool ended = false;
    bool finished = false;
    bool abandoned = false;
    bool stalled = false;

    friend bool operator==(const State&, const State&) = default;
  };

  Flow() noexcept = default;
  explicit Flow(const State& state) noexcept : state_(state) {}
  const State& state() const noexcept { return state_; }

  /// Bytes that the receiver gets first and that the sender did not send now: read ahead, or our own. They
  /// count as delivered or undelivered, never as received. Before everything else.
  void begin_with(std::uint32_t bytes) noexcept {
    assert(state_.received == 0 && state_.sent == 0 && !state_.ended);
    state_.preamble += bytes;
  }

  void on_received(std::uint64_t bytes) noexcept {
    assert(receiving() && bytes > 0);
    state_.received += bytes;
  }
  void on_sent(std::uint64_t bytes) noexcept {
    assert(!over() && bytes <= undelivered());
    state_.sent += bytes;
    if (undelivered() == 0) state_.stalled = false;
  }
  void on_stalled() noexcept {
    assert(undelivered() > 0);
    state_.stalled = true;
  }
  void on_end() noexcept {
    assert(receiving());
    state_.ended = true;
  }
  void on_end_forwarded() noexcept {
    assert(state_.ended && undelivered() == 0);
    state_.finished = true;
  }
  /// The receiver has failed: held bytes stay undelivered.
  void abandon() noexcept { state_.abandoned = true; }

  std::uint64_t received() const noexcept { return state_.received; }
  std::uint64_t undelivered() const noexcept { return state_.preamble + state_.received - state_.sent; }
  bool receiving() const noexcept { return !over() && !state_.ended && undelivered() == 0; }
  /// The sender has ended the stream; the receiver may not know yet.
  bool ended() const noexcept { return state_.ended; }
  /// The end was forwarded behind the last byte.
  bool finished() const noexcept { return state_.finished; }
  bool abandoned() const noexcept { return state_.abandoned; }
  /// Nothing more will be delivered.
  bool over() const noexcept { return state_.finished || state_.abandoned; }
  /// Held bytes wait for the receiver; the sender is not read meanwhile.
  bool stalled() const noexcept { return state_.stalled; }

  friend bool operator==(const Flow&, const Flow&) = default;

 private:
  State state_;
};

}  // namespace duplexd
