#pragma once

#include <cassert>
#include <cstdint>

namespace duplexd {

/// What one direction has done and must do next, with no I/O in it. The chain obeys it:
/// - bytes that were received are sent before anything else is received, so a direction holds one buffer at
/// most;
/// - the end of the stream is forwarded after the last byte, and then the direction rests.
class Flow {
 public:
  enum class Step : std::uint8_t {
    receive,      ///< wait for bytes of the sender
    send,         ///< wait until the receiver takes what is held
    forward_end,  ///< tell the receiver that no more will come
    rest,         ///< nothing: the direction has ended in order
  };

  Step next() const noexcept {
    if (undelivered() > 0) return Step::send;
    if (!ended_) return Step::receive;
    return forwarded_ ? Step::rest : Step::forward_end;
  }

  void on_received(std::uint64_t bytes) noexcept {
    assert(next() == Step::receive && bytes > 0);
    received_ += bytes;
  }
  void on_sent(std::uint64_t bytes) noexcept {
    assert(bytes <= undelivered());
    sent_ += bytes;
  }
  void on_end() noexcept {
    assert(next() == Step::receive);
    ended_ = true;
  }
  void on_end_forwarded() noexcept {
    assert(next() == Step::forward_end);
    forwarded_ = true;
  }

  std::uint64_t received() const noexcept { return received_; }
  std::uint64_t undelivered() const noexcept { return received_ - sent_; }
  bool finished() const noexcept { return forwarded_; }

 private:
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  bool ended_ = false;
  bool forwarded_ = false;
};

}  // namespace duplexd
