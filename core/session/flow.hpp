#pragma once

#include <cassert>
#include <cstdint>

namespace duplexd {

/// One direction of a session as numbers and flags, without I/O. Bytes that were received are sent before
/// anything else is received, so a direction holds one buffer at most; the end of the stream is forwarded
/// after the last byte. Copyable: Relaying, which it is a part of, can be handed to another process.
class Flow {
 public:
  /// Bytes that the receiver gets first and that the sender did not send now: read ahead, or our own. They
  /// count as delivered or undelivered, never as received. Before everything else.
  void begin_with(std::uint32_t bytes) noexcept {
    assert(received_ == 0 && sent_ == 0 && !ended_);
    preamble_ += bytes;
  }

  void on_received(std::uint64_t bytes) noexcept {
    assert(receiving() && bytes > 0);
    received_ += bytes;
  }
  void on_sent(std::uint64_t bytes) noexcept {
    assert(!over() && bytes <= undelivered());
    sent_ += bytes;
    if (undelivered() == 0) stalled_ = false;
  }
  void on_stalled() noexcept {
    assert(undelivered() > 0);
    stalled_ = true;
  }
  void on_end() noexcept {
    assert(receiving());
    ended_ = true;
  }
  void on_end_forwarded() noexcept {
    assert(ended_ && undelivered() == 0);
    finished_ = true;
  }
  /// The receiver has failed: held bytes stay undelivered.
  void abandon() noexcept { abandoned_ = true; }

  std::uint64_t received() const noexcept { return received_; }
  std::uint64_t undelivered() const noexcept { return preamble_ + received_ - sent_; }
  bool receiving() const noexcept { return !over() && !ended_ && undelivered() == 0; }
  /// The sender has ended the stream; the receiver may not know yet.
  bool ended() const noexcept { return ended_; }
  /// The end was forwarded behind the last byte.
  bool finished() const noexcept { return finished_; }
  bool abandoned() const noexcept { return abandoned_; }
  /// Nothing more will be delivered.
  bool over() const noexcept { return finished_ || abandoned_; }
  /// Held bytes wait for the receiver; the sender is not read meanwhile.
  bool stalled() const noexcept { return stalled_; }

  friend bool operator==(const Flow&, const Flow&) = default;

 private:
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  std::uint32_t preamble_ = 0;
  bool ended_ = false;
  bool finished_ = false;
  bool abandoned_ = false;
  bool stalled_ = false;
};

}  // namespace duplexd
