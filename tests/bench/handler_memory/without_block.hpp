#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

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

}  // namespace duplexd::bench
