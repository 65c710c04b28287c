#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

namespace duplexd::bench {

/// The counterpart of core/memory/handler_memory.hpp in comparisons: a chain's memory without a block, and an
/// allocator that takes every operation from `Heap`, a stateless allocator of bytes.
struct WithoutBlock {
  bool busy() const noexcept { return false; }
  std::uint32_t fallbacks() const noexcept { return 0; }
};

template <class T, class Heap>
class WithoutBlockAllocator {
 public:
  using value_type = T;

  explicit WithoutBlockAllocator(WithoutBlock&) noexcept {}
  template <class U>
  WithoutBlockAllocator(const WithoutBlockAllocator<U, Heap>&) noexcept {}

  T* allocate(std::size_t n) {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    return static_cast<T*>(static_cast<void*>(Heap().allocate(n * sizeof(T))));
  }
  void deallocate(T* p, std::size_t n) noexcept {
    Heap().deallocate(static_cast<std::byte*>(static_cast<void*>(p)), n * sizeof(T));
  }

  template <class U>
  bool operator==(const WithoutBlockAllocator<U, Heap>&) const noexcept {
    return true;
  }
};

struct Malloc {
  std::byte* allocate(std::size_t size) {
    void* const memory = std::malloc(size);
    if (!memory) throw std::bad_alloc();
    return static_cast<std::byte*>(memory);
  }
  void deallocate(std::byte* memory, std::size_t) noexcept { std::free(memory); }
};

/// As Asio does for the threads of its own contexts: keeps the last two blocks of each thread for the next
/// operation, and takes all others from the heap. All operations are of one size, or smaller.
struct Recycling {
  static constexpr std::size_t block_size = 96;

  std::byte* allocate(std::size_t size) {
    for (std::byte*& block : kept().blocks) {
      if (block && size <= block_size) return std::exchange(block, nullptr);
    }
    return Malloc().allocate(std::max(size, block_size));
  }
  void deallocate(std::byte* memory, std::size_t size) noexcept {
    for (std::byte*& block : kept().blocks) {
      if (block || size > block_size) continue;
      block = memory;
      return;
    }
    std::free(memory);
  }

 private:
  struct Kept {
    ~Kept() {
      for (std::byte* const block : blocks) std::free(block);
    }
    std::array<std::byte*, 2> blocks{};
  };
  static Kept& kept() noexcept {
    thread_local Kept kept;
    return kept;
  }
};

}  // namespace duplexd::bench
