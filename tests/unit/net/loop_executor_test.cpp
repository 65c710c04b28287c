#include "core/net/loop_executor.hpp"

#include "core/memory/handler_memory.hpp"
#include "core/net/loop.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/require.hpp>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace duplexd {
namespace {

namespace execution = boost::asio::execution;
using namespace std::chrono_literals;
using Executor = Loop::executor_type;

static_assert(execution::is_executor<Executor>::value);
static_assert(std::is_convertible_v<Loop&, boost::asio::execution_context&>);
static_assert(boost::asio::can_require<Executor, execution::blocking_t::never_t>::value);
static_assert(boost::asio::can_require<Executor, execution::blocking_t::possibly_t>::value);
static_assert(boost::asio::can_prefer<Executor, execution::relationship_t::fork_t>::value);
static_assert(boost::asio::can_prefer<Executor, execution::relationship_t::continuation_t>::value);
static_assert(boost::asio::can_prefer<Executor, execution::outstanding_work_t::tracked_t>::value);
static_assert(boost::asio::can_require<Executor, execution::allocator_t<std::allocator<int>>>::value);
static_assert(boost::asio::can_query<Executor, execution::context_t>::value);
static_assert(std::is_constructible_v<boost::asio::any_io_executor, Executor>);

void at_no_tick(std::int64_t) {}

class LoopExecutorTest : public testing::Test {
 protected:
  /// Runs what was begun, and returns.
  void run() {
    loop_.finish();
    loop_.run(5ms, at_no_tick);
  }

  Loop loop_;
};

TEST_F(LoopExecutorTest, PropertiesAreKeptByOthers) {
  const auto never = boost::asio::require(loop_.get_executor(), execution::blocking.never);
  const auto tracked = boost::asio::prefer(never, execution::outstanding_work.tracked);
  EXPECT_EQ(boost::asio::query(tracked, execution::blocking), execution::blocking.never);
  EXPECT_EQ(boost::asio::query(tracked, execution::outstanding_work), execution::outstanding_work.tracked);
  EXPECT_EQ(&boost::asio::query(tracked, execution::context), &loop_);
  EXPECT_NE(never, loop_.get_executor());
  EXPECT_EQ(boost::asio::require(never, execution::blocking.possibly), loop_.get_executor());
}

TEST_F(LoopExecutorTest, ExecutorsOfOtherLoopsDiffer) {
  Loop another;
  EXPECT_EQ(loop_.get_executor(), loop_.get_executor());
  EXPECT_NE(loop_.get_executor(), another.get_executor());
}

TEST_F(LoopExecutorTest, DispatchInsideRunsAtOnce) {
  std::vector<std::string> order;
  boost::asio::dispatch(loop_, [&] {
    boost::asio::post(loop_, [&] { order.emplace_back("posted"); });
    boost::asio::defer(loop_, [&] { order.emplace_back("deferred"); });
    boost::asio::dispatch(loop_, [&] { order.emplace_back("dispatched"); });
    order.emplace_back("first");
  });
  EXPECT_TRUE(order.empty()) << "this thread does not run the loop";
  run();
  EXPECT_EQ(order, (std::vector<std::string>{"dispatched", "first", "posted", "deferred"}));
}

TEST_F(LoopExecutorTest, BoundFunctionsRunOnTheLoop) {
  boost::asio::io_context other;
  std::thread::id ran_on;
  boost::asio::post(
      other, boost::asio::bind_executor(loop_.get_executor(), [&] { ran_on = std::this_thread::get_id(); }));
  other.run();
  EXPECT_EQ(ran_on, std::thread::id());
  std::thread([&] { run(); }).join();
  EXPECT_NE(ran_on, std::thread::id());
  EXPECT_NE(ran_on, std::this_thread::get_id());
}

TEST_F(LoopExecutorTest, TypeErasedExecutorsPostToLoop) {
  const boost::asio::any_io_executor any = loop_.get_executor();
  bool called = false;
  boost::asio::post(any, [&] { called = true; });
  run();
  EXPECT_TRUE(called);
}

TEST_F(LoopExecutorTest, WorkGuardsKeepTheLoopRunning) {
  auto guard = boost::asio::make_work_guard(loop_);
  int ticks = 0;
  loop_.finish();
  loop_.run(1ms, [&](std::int64_t) {
    if (++ticks == 3) guard.reset();
  });
  EXPECT_EQ(ticks, 3);
}

TEST_F(LoopExecutorTest, AssociatedAllocatorsGiveTheMemory) {
  HandlerMemoryOf<128> memory;
  const HandlerAllocator<std::byte, HandlerMemoryOf<128>> allocator(memory);
  const auto executor = boost::asio::prefer(loop_.get_executor(), execution::allocator(allocator));
  boost::asio::require(executor, execution::blocking.never).execute([] {});
  EXPECT_TRUE(memory.busy());
  run();
  EXPECT_FALSE(memory.busy());
  EXPECT_EQ(memory.fallbacks(), 0u);
}

/// A function of one pointer that posts itself, as a chain would.
struct Posting {
  struct State {
    Loop& loop;
    HandlerMemory memory{};
    int left = 100;
    bool free_on_entry = true;
  };
  using allocator_type = HandlerAllocator<std::byte>;
  allocator_type get_allocator() const noexcept { return allocator_type(state->memory); }
  void operator()() const {
    state->free_on_entry = state->free_on_entry && !state->memory.busy();
    if (--state->left > 0) boost::asio::post(state->loop, *this);
  }

  State* state;
};

TEST_F(LoopExecutorTest, ChainsOfPostsReuseOneBlock) {
  Posting::State state{loop_};
  boost::asio::post(loop_, Posting{&state});
  EXPECT_TRUE(state.memory.busy());
  run();
  EXPECT_EQ(state.left, 0);
  EXPECT_TRUE(state.free_on_entry);
  EXPECT_EQ(state.memory.fallbacks(), 0u);
}

}  // namespace
}  // namespace duplexd
