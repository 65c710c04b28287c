#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace duplexd {

/// A session's place in a WaitingLine. Joins and leaves on its worker.
class Waiting {
 public:
  /// `call(owner)` is what WaitingLine::call_first() does, on any thread. It must not use the line.
  using Call = void (*)(void* owner) noexcept;
  void set_owner(void* owner, Call call) noexcept {
    owner_ = owner;
    call_ = call;
  }

  /// It has been in the line, and keeps its place when it joins again.
  bool has_place() const noexcept { return number_ != 0; }

 private:
  friend class WaitingLine;
  void* owner_ = nullptr;
  Call call_ = nullptr;
  std::uint64_t number_ = 0;
  Waiting* before_ = nullptr;
  Waiting* after_ = nullptr;
  bool in_line_ = false;
};

/// The sessions of all workers that wait until an endpoint of one upstream has room: first come, first
/// served. Any thread may use it. Its lock is held for a few instructions, and taken only where sessions
/// wait: an upstream without limits never does.
class WaitingLine {
 public:
  /// False: `most` wait already.
  bool join(Waiting& waiting, std::size_t most) noexcept;

  /// False: it has been called, or never joined.
  bool leave(Waiting& waiting) noexcept;

  /// Takes out the one that came first, and calls it. It joins again if it finds no room.
  void call_first() noexcept;

  std::size_t size() const noexcept { return size_.load(std::memory_order_seq_cst); }

 private:
  void insert(Waiting& waiting) noexcept;
  void remove(Waiting& waiting) noexcept;

  std::mutex mutex_;
  Waiting* first_ = nullptr;
  Waiting* last_ = nullptr;
  std::uint64_t last_number_ = 0;
  std::atomic<std::size_t> size_{0};
};

}  // namespace duplexd
