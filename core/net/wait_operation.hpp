#pragma once

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/detail/reactor_op.hpp>
#include <boost/system/error_code.hpp>
#include <boost/version.hpp>

#include <cstddef>
#include <memory>
#include <utility>

#if BOOST_VERSION != 108100
#error \
    "This follows boost/asio/detail/reactive_wait_op.hpp of 1.81: compare it with that of your Boost, and run unit/net"
#endif

namespace duplexd {

/// A wait for one event of a WatchedSocket, as Asio's own reactive_wait_op, except that it is not done by
/// being begun. Lives in its handler's memory, which is free again when the handler is called.
template <class Handler>
class WaitOperation final : public boost::asio::detail::reactor_op {
 public:
  static WaitOperation* make(Handler handler) {
    Memory memory(boost::asio::get_associated_allocator(handler));
    return ::new (static_cast<void*>(memory.allocate(1))) WaitOperation(std::move(handler));
  }

  /// From now on the event may come.
  void begin() noexcept { begun_ = true; }

 private:
  using Base = boost::asio::detail::reactor_op;
  using Memory = typename std::allocator_traits<
      boost::asio::associated_allocator_t<Handler>>::template rebind_alloc<WaitOperation>;

  explicit WaitOperation(Handler handler)
      : Base({}, &WaitOperation::perform, &WaitOperation::complete), handler_(std::move(handler)) {}

  static status perform(Base* base) { return static_cast<WaitOperation*>(base)->begun_ ? done : not_done; }

  /// `owner` is null when the context is destroyed with the operation outstanding: then nobody is called.
  static void complete(void* owner, boost::asio::detail::scheduler_operation* base,
                       const boost::system::error_code&, std::size_t) {
    auto* const self = static_cast<WaitOperation*>(base);
    const boost::system::error_code error = self->ec_;
    const Handler handler = std::move(self->handler_);
    Memory memory(boost::asio::get_associated_allocator(handler));
    std::destroy_at(self);
    memory.deallocate(self, 1);
    if (owner) handler(error);
  }

  Handler handler_;
  bool begun_ = false;
};

}  // namespace duplexd
