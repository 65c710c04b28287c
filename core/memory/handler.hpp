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
template <class Owner>
using MemoryOf = std::remove_reference_t<decltype(std::declval<Owner&>().handler_memory())>;
}  // namespace detail

/// The completion handler of every operation here: calls `(owner.*Step)(error)` and lends the operation the
/// owner's `handler_memory()`. One pointer in size, because each byte of a handler is a byte of each
/// operation. The owner outlives the operation; the handler does not keep it alive.
template <auto Step>
class Handler {
 public:
  using Owner = typename detail::MemberOf<decltype(Step)>::type;
  using allocator_type = HandlerAllocator<std::byte, detail::MemoryOf<Owner>>;

  explicit Handler(Owner& owner) noexcept : owner_(&owner) {}

  allocator_type get_allocator() const noexcept { return allocator_type(owner_->handler_memory()); }

  void operator()(const boost::system::error_code& error) const {
    assert(!owner_->handler_memory().busy());
    (owner_->*Step)(error);
  }

 private:
  Owner* owner_;
};

}  // namespace duplexd
