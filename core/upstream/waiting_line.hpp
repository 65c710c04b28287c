#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace duplexd {

/// A session's place in a WaitingLine. Joins and leaves on its worker.
class Waiting {
 public:
  /// `call(owner)` is what the line does when it is its turn, on any thread.
  using Call = void (*)(void* owner) noexcept;
  void set_owner(void* owner, Call call) noexcept {
    owner_ = owner;
    call_ = call;
  }

  /// It has been in the line, and keeps its place when it joins again.
  bool has_place() const noexcept { return number_ != 0; }
  /// Places are in the order of their numbers; 0: none.
  std::uint64_t place() const noexcept { return number_; }
  /// Before it joins: the place that it had in the line of another process.
  void set_place(std::uint64_t place) noexcept { number_ = place; }

 private:
  friend class WaitingLine;
  enum class State : std::uint8_t { outside, in_line, called };

  void* owner_ = nullptr;
  Call call_ = nullptr;
  std::uint64_t number_ = 0;
  Waiting* before_ = nullptr;
  Waiting* after_ = nullptr;
  State state_ = State::outside;
};

/// The sessions of all workers that wait until an endpoint of one upstream has room: first come, first
/// served. One at a time is called, and looks for room; the next is called when it has joined again or left.
/// Any thread may use the line. Its lock is held for a few instructions, and taken only where sessions wait:
/// an upstream without limits never does.
class WaitingLine {
 public:
  /// False: `most` wait already.
  bool join(Waiting& waiting, std::size_t most) noexcept;

  /// It found room, or needs none any more. True: it has been called, or its call is on the way.
  bool leave(Waiting& waiting) noexcept;

  /// Calls the one that came first.
  void call_first() noexcept;
  /// Calls the first of those that came after `waiting`, which has found no room that it can use.
  void call_next(const Waiting& waiting) noexcept;

  /// Those that wait, with the one that was called.
  std::size_t size() const noexcept { return size_.load(std::memory_order_seq_cst); }

 private:
  struct Called {
    void* owner = nullptr;  // null: nobody is to be called
    Waiting::Call call = nullptr;
  };
  void call_after(std::uint64_t number) noexcept;
  Called take_after(std::uint64_t number) noexcept;
  void insert(Waiting& waiting) noexcept;
  void remove(Waiting& waiting) noexcept;
  bool settle(Waiting& waiting) noexcept;

  std::mutex mutex_;
  Waiting* first_ = nullptr;
  Waiting* last_ = nullptr;
  std::uint64_t last_number_ = 0;
  bool one_is_called_ = false;
  std::atomic<std::size_t> size_{0};
};

}  // namespace duplexd
