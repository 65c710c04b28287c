#pragma once

#include "core/memory/handler_memory.hpp"
#include "core/worker/in_turns.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace duplexd {

/// Something that the control thread tells one worker, and the worker's answer. It has the memory for both:
/// once made, it can be told, done and answered although no memory is left. Told once.
class Task : public std::enable_shared_from_this<Task> {
 public:
  using Step = std::function<Progress()>;  ///< does a part, on the worker's thread
  using Done = std::function<void()>;      ///< runs on the control thread after the last step

  Task(Step step, Done done) : step_(std::move(step)), done_(std::move(done)) {}

  Progress step() { return step_(); }

  /// Calls `(owner.*Arrived)(task)` on the thread that runs `context`.
  template <auto Arrived, class Context, class Owner>
  void post_to(Context& context, Owner& owner) noexcept {
    boost::asio::post(context, Posted<Arrived, Owner>{&owner, shared_from_this()});
  }
  void answer(boost::asio::io_context& control) noexcept { post_to<&Task::on_answer>(control, *this); }

  std::shared_ptr<Task> next;  ///< of a queue

  std::uint32_t fallbacks() const noexcept { return memory_.fallbacks(); }

 private:
  using Memory = AsioHandlerMemory;

  template <auto Arrived, class Owner>
  struct Posted {
    using allocator_type = HandlerAllocator<std::byte, Memory>;
    allocator_type get_allocator() const noexcept { return allocator_type(task->memory_); }
    void operator()() {
      assert(!task->memory_.busy());
      (owner->*Arrived)(std::move(task));
    }

    Owner* owner;
    std::shared_ptr<Task> task;
  };

  void on_answer(const std::shared_ptr<Task>&) {
    if (done_) done_();
  }

  Memory memory_;
  const Step step_;
  const Done done_;
};

/// Tasks in the order in which they were told.
class TaskQueue {
 public:
  bool empty() const noexcept { return !front_; }
  Task& front() noexcept { return *front_; }

  void push(std::shared_ptr<Task> task) noexcept {
    Task* const back = task.get();
    (front_ ? back_->next : front_) = std::move(task);
    back_ = back;
  }
  std::shared_ptr<Task> pop() noexcept {
    std::shared_ptr<Task> first = std::move(front_);
    front_ = std::move(first->next);
    return first;
  }

 private:
  std::shared_ptr<Task> front_;
  Task* back_ = nullptr;  // if there is a front
};

}  // namespace duplexd
