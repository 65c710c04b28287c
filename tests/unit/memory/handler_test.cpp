#include "core/memory/handler.hpp"

#include "core/net/descriptor.hpp"
#include "core/net/socket/file_descriptor.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

namespace duplexd {
namespace {

using Context = boost::asio::io_context;
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Context::executor_type>;

/// A chain that does nothing but wait, `rounds` times.
struct Waiter {
  explicit Waiter(int rounds) : rounds_left(rounds) {}

  void wait(Descriptor& descriptor) {
    socket = &descriptor;
    descriptor.async_wait(Descriptor::wait_write, Handler<&Waiter::on_ready>(*this));
  }
  void on_ready(const boost::system::error_code& error) {
    ++calls;
    last_error = error;
    free_on_entry = free_on_entry && !memory.busy();
    if (!error && --rounds_left > 0) wait(*socket);
  }
  void on_timer(const boost::system::error_code&) {
    ++calls;
    free_on_entry = free_on_entry && !memory.busy();
  }
  AsioHandlerMemory& handler_memory() noexcept { return memory; }

  AsioHandlerMemory memory;
  Descriptor* socket = nullptr;
  int rounds_left;
  int calls = 0;
  bool free_on_entry = true;
  boost::system::error_code last_error;
};

/// The real context of a worker, and a socket that is writable and has nothing to read.
class HandlerTest : public testing::Test {
 protected:
  HandlerTest() {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) != 0) return;
    peer_ = FileDescriptor(pair[1]);
    socket_.emplace(*context_, pair[0]);
  }

  std::optional<Context> context_{std::in_place, BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  FileDescriptor peer_;
  std::optional<Descriptor> socket_;
};

TEST_F(HandlerTest, BlockIsFreeWhenHandlersRun) {
  Waiter waiter(1);
  waiter.wait(*socket_);
  EXPECT_TRUE(waiter.memory.busy());
  context_->run();
  EXPECT_EQ(waiter.calls, 1);
  EXPECT_TRUE(waiter.free_on_entry);
  EXPECT_FALSE(waiter.memory.busy());
}

TEST_F(HandlerTest, ThousandWaitsNeverTouchTheHeap) {
  Waiter waiter(1000);
  waiter.wait(*socket_);
  context_->run();
  EXPECT_EQ(waiter.calls, 1000);
  EXPECT_TRUE(waiter.free_on_entry);
  EXPECT_EQ(waiter.memory.fallbacks(), 0u);
}

TEST_F(HandlerTest, TwoWaitsAtOnceAreCounted) {
  Waiter waiter(1);
  waiter.wait(*socket_);
  socket_->async_wait(Descriptor::wait_read, Handler<&Waiter::on_ready>(waiter));
  EXPECT_EQ(waiter.memory.fallbacks(), 1u);
  socket_.reset();
  context_.reset();  // with both outstanding
  EXPECT_FALSE(waiter.memory.busy());
}

TEST_F(HandlerTest, BlockIsFreeAfterCancelledWaits) {
  Waiter waiter(1);
  socket_->async_wait(Descriptor::wait_read, Handler<&Waiter::on_ready>(waiter));
  socket_->close();
  EXPECT_TRUE(waiter.memory.busy());
  context_->run();
  EXPECT_EQ(waiter.last_error, boost::asio::error::operation_aborted);
  EXPECT_TRUE(waiter.free_on_entry);
}

TEST_F(HandlerTest, TimersUseTheBlock) {
  Waiter waiter(1);
  Timer timer(context_->get_executor());
  timer.expires_after(std::chrono::milliseconds(1));
  timer.async_wait(Handler<&Waiter::on_timer>(waiter));
  EXPECT_TRUE(waiter.memory.busy());
  context_->run();
  EXPECT_EQ(waiter.calls, 1);
  EXPECT_TRUE(waiter.free_on_entry);
  EXPECT_EQ(waiter.memory.fallbacks(), 0u);
}

TEST_F(HandlerTest, DestroyedContextsFreeWithoutCalling) {
  Waiter waiter(1);
  socket_->async_wait(Descriptor::wait_read, Handler<&Waiter::on_ready>(waiter));
  socket_.reset();
  EXPECT_TRUE(waiter.memory.busy());
  context_.reset();
  EXPECT_FALSE(waiter.memory.busy());
  EXPECT_EQ(waiter.calls, 0);
}

std::size_t largest = 0;

/// Notes the largest block that anyone asked for.
template <class T>
struct Measuring {
  using value_type = T;
  Measuring() = default;
  template <class U>
  Measuring(const Measuring<U>&) noexcept {}
  T* allocate(std::size_t n) {
    largest = std::max(largest, n * sizeof(T));
    return std::allocator<T>().allocate(n);
  }
  void deallocate(T* p, std::size_t n) noexcept { std::allocator<T>().deallocate(p, n); }
  template <class U>
  bool operator==(const Measuring<U>&) const noexcept {
    return true;
  }
};
/// As large as a Handler.
struct MeasuredHandler {
  using allocator_type = Measuring<std::byte>;
  allocator_type get_allocator() const noexcept { return {}; }
  void operator()(const boost::system::error_code&) const {}
  void* owner = nullptr;
};
static_assert(sizeof(MeasuredHandler) == sizeof(Handler<&Waiter::on_ready>));

TEST_F(HandlerTest, AsioOperationsFitTheBlock) {
  largest = 0;
  for (const auto what : {Descriptor::wait_read, Descriptor::wait_write, Descriptor::wait_error})
    socket_->async_wait(what, MeasuredHandler());
  const std::size_t wait = std::exchange(largest, 0);
  Timer timer(context_->get_executor());
  timer.async_wait(MeasuredHandler());
  std::printf("a wait takes %zu bytes, a timer %zu; the block has %zu\n", wait, largest,
              AsioHandlerMemory::capacity);
  EXPECT_GT(wait, 0u);
  EXPECT_GT(largest, 0u);
  EXPECT_LE(std::max(wait, largest), AsioHandlerMemory::capacity);
  socket_->close();
  context_->run();
}

}  // namespace
}  // namespace duplexd
