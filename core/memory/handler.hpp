#pragma once

#include "core/memory/handler_memory.hpp"

#include <boost/system/error_code.hpp>

#include <cassert>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace duplexd {

namespace detail {
template <class Member>
struct MemberOf;
template <class Owner>
struct MemberOf<void (Owner::*)(const boost::system::error_code&)> {
  using type = Owner;
};
/// The memory that the owner lends: handler_memory(), or that of `Memory`, a member function.
template <auto Memory, class Owner>
auto& memory_of(Owner& owner) noexcept {
  if constexpr (std::is_null_pointer_v<decltype(Memory)>) {
    return owner.handler_memory();
  } else {
    return (owner.*Memory)();
  }
}
template <auto Memory, class Owner>
using MemoryOf = std::remove_reference_t<decltype(memory_of<Memory>(std::declval<Owner&>()))>;
}  // namespace detail

/// The completion handler of every operation here: calls `(owner.*Step)(error)` and lends the operation the
/// memory that the owner's `handler_memory()` returns, or another member function that `Memory` names. One
/// pointer in size, because each byte of a handler is a byte of each operation. The owner outlives the
/// operation; the handler does not keep it alive.
template <auto Step, auto Memory = nullptr>
class Handler {
 public:
  using Owner = typename detail::MemberOf<decltype(Step)>::type;
  using allocator_type = HandlerAllocator<std::byte, detail::MemoryOf<Memory, Owner>>;

  explicit Handler(Owner& owner) noexcept : owner_(&owner) {}

  allocator_type get_allocator() const noexcept { return allocator_type(detail::memory_of<Memory>(*owner_)); }

  void operator()(const boost::system::error_code& error) const {
    assert(!detail::memory_of<Memory>(*owner_).busy());
    (owner_->*Step)(error);
  }

 private:
  Owner* owner_;
};

}  // namespace duplexd
