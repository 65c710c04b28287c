#pragma once

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/detail/scheduler_operation.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace duplexd {

/// One wait, an operation of Asio's scheduler: complete() calls its handler, destroy() does not. Either ends
/// it.
class Wait : public boost::asio::detail::scheduler_operation {
 public:
  void fail(int error) noexcept { error_ = error; }  ///< its handler is told this errno

 protected:
  using scheduler_operation::scheduler_operation;

  boost::system::error_code result() const noexcept { return {error_, boost::system::system_category()}; }

 private:
  int error_ = 0;
};

/// As Asio's own operations are (boost/asio/detail/reactive_wait_op.hpp), it lives in the memory that its
/// handler's allocator gives, which is free again when the handler is called.
template <class Handler>
class WaitOperation final : public Wait {
 public:
  static WaitOperation* make(Handler handler) {
    Memory memory(boost::asio::get_associated_allocator(handler));
    return ::new (static_cast<void*>(memory.allocate(1))) WaitOperation(std::move(handler));
  }

 private:
  using Memory = typename std::allocator_traits<
      boost::asio::associated_allocator_t<Handler>>::template rebind_alloc<WaitOperation>;

  explicit WaitOperation(Handler handler) : Wait(&WaitOperation::end), handler_(std::move(handler)) {}

  /// `owner` is null when the context is destroyed with the operation outstanding: then nobody is called.
  static void end(void* owner, scheduler_operation* base, const boost::system::error_code&, std::size_t) {
    auto* const self = static_cast<WaitOperation*>(base);
    const boost::system::error_code result = self->result();
    const Handler handler = std::move(self->handler_);
    Memory memory(boost::asio::get_associated_allocator(handler));
    std::destroy_at(self);
    memory.deallocate(self, 1);
    if (owner) handler(result);
  }

  Handler handler_;
};

}  // namespace duplexd
