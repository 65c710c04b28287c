#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>

namespace duplexd {

/// The block that one chain's asynchronous operations are allocated from, one after the other.
///
/// Asio frees an operation's memory before it invokes the handler ("Custom Memory Allocation" in its
/// overview), so a chain that has one operation outstanding finds the block free whenever it starts the next.
/// A second operation at the same time, or one that is too large, comes from the heap and is counted:
/// correct, but a bug.
///
/// Used by one thread. Must outlive every operation that was allocated from it, also at shutdown, where Asio
/// destroys operations without invoking them.
class HandlerMemory {
 public:
  /// Asio 1.26 (Boost 1.81) needs 88 bytes for a wait with a handler of one pointer.
  static constexpr std::size_t capacity = 96;

  HandlerMemory() = default;
  HandlerMemory(const HandlerMemory&) = delete;
  HandlerMemory& operator=(const HandlerMemory&) = delete;
  ~HandlerMemory() { assert(!busy_); }

  void* allocate(std::size_t size) {
    if (busy_ || size > capacity) return allocate_from_heap(size);
    busy_ = true;
    return block_.data();
  }

  void deallocate(void* memory) noexcept {
    if (memory == block_.data()) {
      busy_ = false;
    } else {
      ::operator delete(memory);
    }
  }

  bool busy() const noexcept { return busy_; }
  std::uint32_t fallbacks() const noexcept { return fallbacks_; }

 private:
  void* allocate_from_heap(std::size_t size) {
    ++fallbacks_;
    return ::operator new(size);
  }

  alignas(std::max_align_t) std::array<std::byte, capacity> block_;
  std::uint32_t fallbacks_ = 0;
  bool busy_ = false;
};

/// The allocator that Asio finds through a handler's allocator_type: one pointer, to the chain's memory.
template <class T>
class HandlerAllocator {
 public:
  using value_type = T;

  explicit HandlerAllocator(HandlerMemory& memory) noexcept : memory_(&memory) {}
  template <class U>
  HandlerAllocator(const HandlerAllocator<U>& other) noexcept : memory_(&other.memory()) {}

  T* allocate(std::size_t n) {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    return static_cast<T*>(memory_->allocate(n * sizeof(T)));
  }
  void deallocate(T* p, std::size_t) noexcept { memory_->deallocate(p); }

  HandlerMemory& memory() const noexcept { return *memory_; }

  template <class U>
  bool operator==(const HandlerAllocator<U>& other) const noexcept {
    return memory_ == &other.memory();
  }

 private:
  HandlerMemory* memory_;
};

}  // namespace duplexd
