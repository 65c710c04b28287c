#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace duplexd {

/// Storage for objects of one type that come and go: constructed in recycled slots, last freed first used.
/// Slots are taken from the heap in slabs and never given back, so that a load that was carried once needs no
/// heap again.
///
/// Used by one thread. Every object is destroyed before the pool is.
template <class T, std::size_t SlabSize = 32>
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
    static_assert(std::is_standard_layout_v<Slot>, "an object has the address of its slot");
    if (!free_ && !add_slab()) return nullptr;
    Slot* const slot = std::exchange(free_, free_->next);
    slot->live = true;
    ++live_;
    return ::new (static_cast<void*>(&slot->object)) T(std::forward<Args>(args)...);
  }

  void destroy(T* object) noexcept {
    object->~T();
    auto* const slot = static_cast<Slot*>(static_cast<void*>(object));
    slot->live = false;
    slot->next = std::exchange(free_, slot);
    --live_;
  }

  std::size_t live() const noexcept { return live_; }
  std::size_t slabs() const noexcept { return slabs_.size(); }

  /// One step of a walk over all objects: hands those of the slab with this number to `visit`, which may
  /// create and destroy any. False: that was the last slab. An object that lives throughout the walk is
  /// visited once; one that comes meanwhile, perhaps.
  template <class Visit>
  bool visit_slab(std::size_t number, Visit visit) {
    if (number >= slabs_.size()) return false;
    Slot* const slab = slabs_[number].get();
    for (Slot* slot = slab; slot != slab + SlabSize; ++slot) {
      if (slot->live) visit(*std::launder(static_cast<T*>(static_cast<void*>(&slot->object))));
    }
    return number + 1 < slabs_.size();
  }

  /// The same slot by slot: from `first` on, `most` of them, or until `visit` returns false. Returns where to
  /// go on; none: that was the last slot.
  template <class Visit>
  std::optional<std::size_t> visit_slots(std::size_t first, std::size_t most, Visit visit) {
    const std::size_t end = std::min(first + most, slots());
    std::size_t next = first;
    for (bool goes_on = true; goes_on && next < end;) {
      Slot& slot = slabs_[next / SlabSize][next % SlabSize];
      ++next;
      if (slot.live) goes_on = visit(*std::launder(static_cast<T*>(static_cast<void*>(&slot.object))));
    }
    return next < slots() ? std::optional(next) : std::nullopt;
  }

 private:
  struct Slot {
    union {
      Slot* next;
      alignas(T) std::array<std::byte, sizeof(T)> object;
    };
    bool live = false;
  };

  std::size_t slots() const noexcept { return slabs_.size() * SlabSize; }

  bool add_slab() noexcept try {
    Slot* const slab = slabs_.emplace_back(std::make_unique_for_overwrite<Slot[]>(SlabSize)).get();
    for (std::size_t i = SlabSize; i-- > 0;) slab[i].next = std::exchange(free_, slab + i);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }

  std::vector<std::unique_ptr<Slot[]>> slabs_;
  Slot* free_ = nullptr;
  std::size_t live_ = 0;
};

}  // namespace duplexd
