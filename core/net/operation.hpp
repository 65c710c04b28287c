#pragma once

#include <boost/asio/associated_allocator.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace duplexd {

/// What a Loop completes, once: a wait, a yield or a post. complete() calls its handler, destroy() does not;
/// both end it. It is in one list at a time.
class Operation {
 public:
  void complete() { end_(*this, true); }
  void destroy() { end_(*this, false); }

  Operation* next = nullptr;  ///< in that list
  int error = 0;              ///< errno that the handler is told
  std::uint32_t event = 0;    ///< what it waits for

 protected:
  using End = void (*)(Operation& self, bool call);

  explicit Operation(End end) noexcept : end_(end) {}
  ~Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

 private:
  const End end_;
};

/// Operations in an order, of which it owns none.
class OperationQueue {
 public:
  OperationQueue() = default;
  OperationQueue(const OperationQueue&) = delete;
  OperationQueue& operator=(const OperationQueue&) = delete;

  bool empty() const noexcept { return !front_; }

  void push(Operation& operation) noexcept {
    operation.next = nullptr;
    (front_ ? back_->next : front_) = &operation;
    back_ = &operation;
  }
  void push_front(Operation& operation) noexcept {
    operation.next = front_;
    if (!front_) back_ = &operation;
    front_ = &operation;
  }
  /// The first one; null: none.
  Operation* pop() noexcept {
    Operation* const first = front_;
    if (first) front_ = first->next;
    return first;
  }
  void swap(OperationQueue& other) noexcept {
    std::swap(front_, other.front_);
    std::swap(back_, other.back_);
  }

 private:
  Operation* front_ = nullptr;
  Operation* back_ = nullptr;  // if there is a front
};

/// An operation in the memory that its handler's associated allocator gives, which is free again when the
/// handler is called.
template <class Handler>
class OperationOf final : public Operation {
 public:
  static Operation& make(Handler handler) {
    Memory memory(boost::asio::get_associated_allocator(handler));
    return *::new (static_cast<void*>(memory.allocate(1))) OperationOf(std::move(handler));
  }

 private:
  using Memory = typename std::allocator_traits<
      boost::asio::associated_allocator_t<Handler>>::template rebind_alloc<OperationOf>;

  explicit OperationOf(Handler handler) noexcept
      : Operation(&OperationOf::end), handler_(std::move(handler)) {}

  static void end(Operation& operation, bool call) {
    auto* const self = static_cast<OperationOf*>(&operation);
    const boost::system::error_code result(self->error, boost::system::system_category());
    Handler handler = std::move(self->handler_);
    Memory memory(boost::asio::get_associated_allocator(handler));
    std::destroy_at(self);
    memory.deallocate(self, 1);
    if (call) std::move(handler)(result);
  }

  Handler handler_;
};

}  // namespace duplexd
