#pragma once

#include "core/net/operation.hpp"

#include <boost/asio/execution.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace duplexd {

/// Keeps a context running while it lives, if it has one (execution::outstanding_work.tracked).
template <class Context>
class OutstandingWork {
 public:
  explicit OutstandingWork(Context* context) noexcept : context_(context) {
    if (context_) context_->on_work_begun();
  }
  OutstandingWork(const OutstandingWork& other) noexcept : OutstandingWork(other.context_) {}
  OutstandingWork& operator=(OutstandingWork other) noexcept {
    std::swap(context_, other.context_);
    return *this;
  }
  ~OutstandingWork() {
    if (context_) context_->on_work_over();
  }

  bool tracked() const noexcept { return context_ != nullptr; }

 private:
  Context* context_;
};

/// The executor of a Loop, as Asio requires one ("Executor requirements" in its reference), for post(),
/// dispatch(), defer() and bind_executor(). Properties that it does not know are as good as their defaults.
template <class Context, class Allocator = std::allocator<void>>
class LoopExecutor {
 public:
  using Blocking = boost::asio::execution::blocking_t;
  using Outstanding = boost::asio::execution::outstanding_work_t;
  template <class T>
  using AllocatorProperty = boost::asio::execution::allocator_t<T>;

  explicit LoopExecutor(Context& context, Allocator allocator = Allocator(), bool may_run_here = true,
                        bool tracked = false) noexcept
      : context_(&context),
        work_(tracked ? &context : nullptr),
        allocator_(std::move(allocator)),
        may_run_here_(may_run_here) {}

  Context& query(boost::asio::execution::context_t) const noexcept { return *context_; }
  Blocking query(Blocking) const noexcept {
    return may_run_here_ ? Blocking(Blocking::possibly) : Blocking(Blocking::never);
  }
  Outstanding query(Outstanding) const noexcept {
    return work_.tracked() ? Outstanding(Outstanding::tracked) : Outstanding(Outstanding::untracked);
  }
  template <class T>
  Allocator query(AllocatorProperty<T>) const noexcept {
    return allocator_;
  }

  LoopExecutor require(Blocking::possibly_t) const { return with(allocator_, true, work_.tracked()); }
  LoopExecutor require(Blocking::never_t) const { return with(allocator_, false, work_.tracked()); }
  LoopExecutor require(Outstanding::tracked_t) const { return with(allocator_, may_run_here_, true); }
  LoopExecutor require(Outstanding::untracked_t) const { return with(allocator_, may_run_here_, false); }
  template <class Other>
  LoopExecutor<Context, Other> require(AllocatorProperty<Other> property) const {
    return with(property.value(), may_run_here_, work_.tracked());
  }
  LoopExecutor<Context> require(AllocatorProperty<void>) const {
    return with(std::allocator<void>(), may_run_here_, work_.tracked());
  }

  template <class Function>
  void execute(Function&& function) const {
    std::decay_t<Function> call(std::forward<Function>(function));
    if (may_run_here_ && context_->runs_here()) return call();
    context_->post(OperationOf<Posted<std::decay_t<Function>>>::make({std::move(call), allocator_}));
  }

  friend bool operator==(const LoopExecutor& a, const LoopExecutor& b) noexcept {
    return a.context_ == b.context_ && a.may_run_here_ == b.may_run_here_ && a.allocator_ == b.allocator_ &&
           a.work_.tracked() == b.work_.tracked();
  }

 private:
  template <class Function>
  struct Posted {
    using allocator_type = Allocator;
    allocator_type get_allocator() const noexcept { return allocator; }
    void operator()(const boost::system::error_code&) { function(); }

    Function function;
    [[no_unique_address]] Allocator allocator;
  };

  template <class Other>
  LoopExecutor<Context, Other> with(const Other& allocator, bool may_run_here, bool tracked) const noexcept {
    return LoopExecutor<Context, Other>(*context_, allocator, may_run_here, tracked);
  }

  Context* context_;
  OutstandingWork<Context> work_;
  [[no_unique_address]] Allocator allocator_;
  bool may_run_here_;
};

}  // namespace duplexd
