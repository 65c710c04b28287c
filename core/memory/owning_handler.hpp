#pragma once

#include "core/memory/handler.hpp"

#include <memory>
#include <utility>

namespace duplexd {

/// As Handler, but keeps its owner alive: for owners that may be dropped while an operation is outstanding,
/// because nothing runs their io_context until it is idle. Two pointers in size; a wait with it still fits
/// AsioHandlerMemory. The memory may belong to the owner: Asio moves a handler out of its operation before
/// it frees that, also where it destroys the operation without invoking it. Where it cannot start an
/// operation, it frees with the handler that it has moved from: moving copies.
template <auto Step>
class OwningHandler {
 public:
  using Owner = typename detail::MemberOf<decltype(Step)>::type;
  using allocator_type = HandlerAllocator<std::byte, detail::MemoryOf<nullptr, Owner>>;

  explicit OwningHandler(std::shared_ptr<Owner> owner) noexcept : owner_(std::move(owner)) {}
  OwningHandler(const OwningHandler&) noexcept = default;
  OwningHandler& operator=(const OwningHandler&) noexcept = default;

  allocator_type get_allocator() const noexcept { return allocator_type(owner_->handler_memory()); }

  void operator()(const boost::system::error_code& error) const {
    assert(!owner_->handler_memory().busy());
    ((*owner_).*Step)(error);
  }

 private:
  std::shared_ptr<Owner> owner_;
};

}  // namespace duplexd
