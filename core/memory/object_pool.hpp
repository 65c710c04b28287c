#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace duplexd {

/// Storage for objects of one type that come and go: constructed in recycled slots, last freed first used.
/// Slots are taken from the heap in slabs and never given back, so that a load that was carried once needs no
/// heap again.
///
/// Used by one thread. Every object is destroyed before the pool is.
template <class T, std::size_t SlabSize = 64>
class ObjectPool {
 public:
  ObjectPool() = default;
  ObjectPool(const ObjectPool&) = delete;
  ObjectPool& operator=(const ObjectPool&) = delete;
  ~ObjectPool() { assert(live_ == 0); }

  /// Null if the heap has no memory for another slab.
  template <class... Args>
  T* create(Args&&... args) {
    static_assert(std::is_nothrow_constructible_v<T, Args...>,
                  "a constructor that threw would lose its slot");
    if (!free_ && !add_slab()) return nullptr;
    Slot* const slot = std::exchange(free_, free_->next);
    ++live_;
    return ::new (static_cast<void*>(slot)) T(std::forward<Args>(args)...);
  }

  void destroy(T* object) noexcept {
    object->~T();
    --live_;
    free_ = ::new (static_cast<void*>(object)) Slot{free_};
  }

  std::size_t live() const noexcept { return live_; }

 private:
  union Slot {
    Slot* next;
    alignas(T) std::array<std::byte, sizeof(T)> object;
  };

  bool add_slab() noexcept try {
    Slot* const slab = slabs_.emplace_back(std::make_unique_for_overwrite<Slot[]>(SlabSize)).get();
    for (std::size_t i = SlabSize; i-- > 0;) free_ = ::new (static_cast<void*>(slab + i)) Slot{free_};
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }

  std::vector<std::unique_ptr<Slot[]>> slabs_;
  Slot* free_ = nullptr;
  std::size_t live_ = 0;
};

}  // namespace duplexd
