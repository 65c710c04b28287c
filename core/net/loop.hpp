#pragma once

#include "core/net/loop_executor.hpp"
#include "core/net/operation.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/system/error_code.hpp>

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

namespace duplexd {

class WatchedSocket;

/// What a worker's thread runs: turns, each of which waits for its sockets (epoll(7)) or the next tick, and
/// then completes the operations that are ready, those first that other threads have posted. What these make
/// ready is completed in the next turn, so that no operation starves the others. Handlers do not throw.
///
/// An execution context for Asio. Executors may be used on any thread, everything else on the one that runs
/// the loop. Sockets are closed before the loop is destroyed; operations that are left are destroyed then
/// without a call.
class Loop : public boost::asio::execution_context {
 public:
  using executor_type = LoopExecutor<Loop>;
  using OnTick = std::function<void(std::int64_t passed)>;

  /// Throws std::system_error: no descriptor or no memory.
  Loop();
  ~Loop();

  executor_type get_executor() noexcept { return executor_type(*this); }

  /// Calls `on_tick` every `interval`, with the number of intervals that have passed since it was called.
  /// Returns after finish(), when no operation is outstanding.
  void run(std::chrono::milliseconds interval, const OnTick& on_tick);
  void finish() noexcept { finishing_ = true; }
  /// How late the tick came that is told.
  std::chrono::nanoseconds lateness() const noexcept { return lateness_; }

  /// One turn without waiting. Returns the number of operations that were completed.
  std::size_t poll();

  /// How many turns there have been, with the one that runs.
  std::uint64_t turns() const noexcept { return turns_; }

  /// Completes in the next turn.
  template <class Token>
  auto async_yield(Token&& token);

  // For sockets.

  /// epoll_ctl(2) for `socket`; errno.
  int control(int action, int socket, std::uint32_t events, WatchedSocket* watch) noexcept;
  /// A new operation, which is outstanding until it was passed to complete_later() and completed.
  template <class Handler>
  Operation& begin(Handler handler);
  void complete_later(Operation& operation) noexcept { ready_.push(operation); }

  // For executors.

  bool runs_here() const noexcept;
  void post(Operation& operation) noexcept;
  void on_work_begun() noexcept { work_.fetch_add(1, std::memory_order_relaxed); }
  void on_work_over() noexcept { work_.fetch_sub(1, std::memory_order_release); }

 private:
  static constexpr int batch = 128;

  std::size_t turn(std::chrono::milliseconds patience);
  int wait(std::chrono::milliseconds patience) noexcept;
  bool falls_asleep() noexcept;
  void take_posted() noexcept;
  std::size_t complete_ready() noexcept;
  bool over() const noexcept;
  void wake() noexcept;

  FileDescriptor set_;
  FileDescriptor wake_up_;  // an eventfd(2) in the set: another thread has posted
  std::array<epoll_event, batch> events_;
  OperationQueue ready_;
  std::size_t outstanding_ = 0;
  std::uint64_t turns_ = 0;
  std::chrono::nanoseconds lateness_{0};
  bool finishing_ = false;
  alignas(64) std::atomic<Operation*> posted_{nullptr};  // of other threads, newest first
  std::atomic<bool> asleep_{false};
  std::atomic<std::size_t> work_{0};
};

template <class Handler>
Operation& Loop::begin(Handler handler) {
  static_assert(std::is_same_v<boost::asio::associated_executor_t<Handler, executor_type>, executor_type>,
                "its handler would be called on this loop, and not by the executor that it is bound to");
  assert(
      &boost::asio::get_associated_executor(handler, get_executor()).query(boost::asio::execution::context) ==
      this);
  Operation& operation = OperationOf<Handler>::make(std::move(handler));
  ++outstanding_;
  return operation;
}

template <class Token>
auto Loop::async_yield(Token&& token) {
  return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
      [this](auto handler) { complete_later(begin(std::move(handler))); }, token);
}

}  // namespace duplexd
