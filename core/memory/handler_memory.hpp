#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>

namespace duplexd {

/// What all operations of one thread have had from blocks of handler memory.
struct HandlerMemoryUse {
  std::uint64_t uses = 0;       ///< how often one was taken
  std::uint64_t busy = 0;       ///< taken now: operations that are outstanding
  std::uint64_t most_busy = 0;  ///< the most that ever were

  void on_taken() noexcept {
    ++uses;
    most_busy = std::max(most_busy, ++busy);
  }
};
/// Of this thread: a counter in each block would cost every session more than it tells.
inline constinit thread_local HandlerMemoryUse handler_memory_use;

/// The block that one chain's asynchronous operations are allocated from, one after the other.
///
/// An operation's memory is freed before its handler is invoked (Asio's "Custom Memory Allocation", and
/// core/net/operation.hpp), so a chain that has one operation outstanding finds the block free whenever it
/// starts the next. A second operation at the same time, or one that is too large, comes from the heap and is
/// counted: correct, but a bug.
///
/// Used by one thread at a time. Must outlive every operation that was allocated from it, also at shutdown,
/// where operations are destroyed without invoking their handlers.
template <std::size_t Capacity>
class HandlerMemoryOf {
 public:
  static constexpr std::size_t capacity = Capacity;
  static constexpr std::size_t alignment = alignof(void*);

  HandlerMemoryOf() = default;
  HandlerMemoryOf(const HandlerMemoryOf&) = delete;
  HandlerMemoryOf& operator=(const HandlerMemoryOf&) = delete;
  ~HandlerMemoryOf() { assert(!busy_); }

  void* allocate(std::size_t size) {
    void* const memory = allocate_uncounted(size);
    if (memory == block_.data()) handler_memory_use.on_taken();
    return memory;
  }

  void deallocate(void* memory) noexcept {
    if (memory == block_.data()) --handler_memory_use.busy;
    deallocate_uncounted(memory);
  }

  /// For an operation that one thread begins and another ends: the use would be counted on either.
  void* allocate_uncounted(std::size_t size) {
    if (busy_ || size > capacity) return allocate_from_heap(size);
    busy_ = true;
    return block_.data();
  }
  void deallocate_uncounted(void* memory) noexcept {
    if (memory == block_.data())
      busy_ = false;
    else
      ::operator delete(memory);
  }

  bool busy() const noexcept { return busy_; }
  std::uint32_t fallbacks() const noexcept { return fallbacks_; }

 private:
  void* allocate_from_heap(std::size_t size) {
    ++fallbacks_;
    return ::operator new(size);
  }

  alignas(alignment) std::array<std::byte, capacity> block_;
  std::uint32_t fallbacks_ = 0;
  bool busy_ = false;
};

/// For operations of a Loop with a handler of one pointer: waits, yields and its own posts need 32 bytes, and
/// boost::asio::post() needs 40.
using WaitMemory = HandlerMemoryOf<32>;
using HandlerMemory = HandlerMemoryOf<40>;
/// For those of Asio's descriptors and timers: Asio 1.26 (Boost 1.81) needs 96 with a handler of two.
using AsioHandlerMemory = HandlerMemoryOf<96>;

/// Which thread begins an operation, seen from the one that ends it.
enum class BegunBy : std::uint8_t { same_thread, any_thread };

/// The allocator that is found through a handler's allocator_type: one pointer, to the chain's memory.
template <class T, class Memory = HandlerMemory, BegunBy Begun = BegunBy::same_thread>
class HandlerAllocator {
 public:
  using value_type = T;
  template <class U>
  struct rebind {
    using other = HandlerAllocator<U, Memory, Begun>;
  };

  explicit HandlerAllocator(Memory& memory) noexcept : memory_(&memory) {}
  template <class U>
  HandlerAllocator(const HandlerAllocator<U, Memory, Begun>& other) noexcept : memory_(&other.memory()) {}

  T* allocate(std::size_t n) {
    static_assert(alignof(T) <= Memory::alignment);
    const std::size_t size = n * sizeof(T);
    return static_cast<T*>(counts ? memory_->allocate(size) : memory_->allocate_uncounted(size));
  }
  void deallocate(T* p, std::size_t) noexcept {
    counts ? memory_->deallocate(p) : memory_->deallocate_uncounted(p);
  }

  Memory& memory() const noexcept { return *memory_; }

  template <class U>
  bool operator==(const HandlerAllocator<U, Memory, Begun>& other) const noexcept {
    return memory_ == &other.memory();
  }

 private:
  static constexpr bool counts = Begun == BegunBy::same_thread;

  Memory* memory_;
};

}  // namespace duplexd
