#pragma once

#include "core/metrics/events.hpp"
#include "core/session/deadline_wheel.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace duplexd {

/// Lets one notice about accepting pass per second, for all listeners and workers together. Safe from any
/// thread.
class NoticeGate {
 public:
  bool try_pass(std::chrono::steady_clock::time_point now) noexcept;

 private:
  std::atomic<std::int64_t> opens_at_{0};
};

/// One listener's trouble with accepting, on one worker, told as episodes: a notice when one begins and a
/// notice when there has been none for five seconds, however often it paused in between. Used by one thread.
class Trouble {
 public:
  Trouble(EventSink& sink, std::uint32_t worker, std::string_view listener, NoticeGate& gate) noexcept
      : sink_(sink), gate_(gate), worker_(worker), listener_(listener) {}

  void on_trouble(Tick now, Notice::Kind kind, int error) noexcept;
  void on_tick(Tick now) noexcept;

 private:
  void try_report() noexcept;

  EventSink& sink_;
  NoticeGate& gate_;
  const std::uint32_t worker_;
  const std::string_view listener_;
  Notice::Kind kind_{};
  int error_ = 0;
  std::uint64_t pauses_ = 0;
  Tick last_ = 0;
  bool open_ = false;
  bool reported_ = false;
};

}  // namespace duplexd
