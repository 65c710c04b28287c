#include "core/net/loop.hpp"

#include "tests/unit/descriptor_limit.hpp"
#include "tests/unit/net/waiting.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
#include <gtest/gtest.h>

#include <signal.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace duplexd {
namespace {

using namespace net_test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto no_tick = std::chrono::milliseconds(60'000);
void nothing(std::int64_t) {}

/// Many sockets of one loop.
class LoopTest : public WatchedSocketTest {
 protected:
  struct Connection {
    Connection(Loop& loop, Pair pair) : peer(std::move(pair.peer)), socket(loop) {
      EXPECT_EQ(socket.open(pair.ours, Kind::other), 0);
      waiter.wait(socket, Event::readable);
    }
    FileDescriptor peer;
    Waiter waiter;
    WatchedSocket socket;
  };

  void connect(int count) {
    for (int i = 0; i < count; ++i) connections_.emplace_back(*loop_, unix_pair());
  }
  void all_send() {
    for (const Connection& connection : connections_)
      ASSERT_EQ(send(connection.peer.get(), bytes("x")).bytes, 1u);
  }
  long heard() const {
    return std::ranges::count_if(connections_, [](const Connection& each) { return each.waiter.calls > 0; });
  }

  static constexpr int more_than_a_batch = 300;
  std::list<Connection> connections_;
};

TEST_F(LoopTest, MoreThanOneBatchIsTold) {
  connect(more_than_a_batch);
  all_send();
  run_ready();
  EXPECT_EQ(heard(), more_than_a_batch);
}

TEST_F(LoopTest, OthersHaveTurnsBetweenBatches) {
  connect(more_than_a_batch);
  all_send();
  std::vector<long> heard_before;
  std::function<void()> look = [&] {
    heard_before.push_back(heard());
    if (heard_before.size() < 10) boost::asio::post(*loop_, look);
  };
  boost::asio::post(*loop_, look);
  run_ready();
  EXPECT_TRUE(std::ranges::any_of(heard_before, [](long n) { return n > 0 && n < more_than_a_batch; }));
}

TEST_F(LoopTest, QueuedWorkRunsNextTurn) {
  std::vector<int> order;
  boost::asio::post(*loop_, [&] {
    order.push_back(1);
    boost::asio::post(*loop_, [&] { order.push_back(3); });
  });
  boost::asio::post(*loop_, [&] { order.push_back(2); });
  EXPECT_EQ(loop_->poll(), 2u);
  EXPECT_EQ(order, (std::vector{1, 2}));
  EXPECT_EQ(loop_->poll(), 1u);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST_F(LoopTest, OnlyWaitsKeepLoopsRunning) {
  connect(2);
  loop_->finish();
  boost::asio::post(*loop_, [&] { all_send(); });
  loop_->run(no_tick, nothing);
  EXPECT_EQ(heard(), 2) << "returned when the waits were over, with both sockets open";
}

TEST_F(LoopTest, PostsKeepEachThreadsOrder) {
  constexpr int threads = 4;
  constexpr int posts = 5000;
  std::array<int, threads> next{};
  int wrong = 0;
  std::atomic<int> left{threads * posts};
  std::vector<std::thread> posting;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    posting.emplace_back([&, thread] {
      for (int i = 0; i < posts; ++i) {
        boost::asio::post(*loop_, [&, thread, i] {
          wrong += next[thread]++ != i;
          if (--left == 0) loop_->finish();
        });
      }
    });
  }
  loop_->run(no_tick, nothing);
  for (std::thread& thread : posting) thread.join();
  EXPECT_EQ(left, 0);
  EXPECT_EQ(wrong, 0);
}

TEST_F(LoopTest, PostsPrecedeWhatFollowedThem) {
  connect(1);
  long heard_before = -1;
  boost::asio::post(*loop_, [&] { heard_before = heard(); });
  all_send();
  EXPECT_EQ(loop_->poll(), 2u);
  EXPECT_EQ(heard(), 1);
  EXPECT_EQ(heard_before, 0);
}

TEST_F(LoopTest, PostsPrecedeWorkThatWaited) {
  std::vector<int> order;
  loop_->async_yield(boost::asio::bind_executor(
      loop_->get_executor(), [&](const boost::system::error_code&) { order.push_back(3); }));
  boost::asio::post(*loop_, [&] { order.push_back(1); });
  boost::asio::post(*loop_, [&] { order.push_back(2); });
  EXPECT_EQ(loop_->poll(), 3u);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST_F(LoopTest, PostsWakeTheSleepingLoop) {
  constexpr int rounds = 500;
  std::atomic<int> done{0};
  std::thread loop([&] { loop_->run(no_tick, nothing); });
  for (int i = 1; i <= rounds; ++i) {
    boost::asio::post(*loop_, [&] { ++done; });
    const auto deadline = Clock::now() + patience;
    while (done < i && Clock::now() < deadline) std::this_thread::yield();
    if (done < i) break;
  }
  EXPECT_EQ(done, rounds);
  boost::asio::post(*loop_, [&] { loop_->finish(); });
  loop.join();
}

TEST_F(LoopTest, TicksComeWithoutEvents) {
  std::int64_t ticks = 0;
  const auto start = Clock::now();
  loop_->run(5ms, [&](std::int64_t passed) {
    ticks += passed;
    if (ticks >= 4) loop_->finish();
  });
  EXPECT_GE(Clock::now() - start, 20ms);
}

TEST_F(LoopTest, LateTicksAreCountedTogether) {
  std::int64_t most = 0;
  boost::asio::post(*loop_, [&] {
    const auto until = Clock::now() + 50ms;
    while (Clock::now() < until) std::this_thread::yield();
  });
  loop_->run(5ms, [&](std::int64_t passed) {
    most = std::max(most, passed);
    loop_->finish();
  });
  EXPECT_GE(most, 10);
}

TEST_F(LoopTest, BusyLoopsHaveTicks) {
  bool over = false;
  std::function<void()> again = [&] {
    if (!over) boost::asio::post(*loop_, again);
  };
  boost::asio::post(*loop_, again);
  loop_->run(5ms, [&](std::int64_t) {
    over = true;
    loop_->finish();
  });
  EXPECT_TRUE(over);
}

TEST_F(LoopTest, InterruptionsAreNoEvents) {
  struct sigaction act {};
  struct sigaction before {};
  act.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGUSR1, &act, &before), 0);
  std::atomic<bool> over{false};
  const pthread_t self = ::pthread_self();
  std::thread interrupting([&] {
    while (!over) {
      ::pthread_kill(self, SIGUSR1);
      std::this_thread::yield();
    }
  });
  int ticks = 0;
  loop_->run(5ms, [&](std::int64_t) {
    if (++ticks == 4) loop_->finish();
  });
  over = true;
  interrupting.join();
  EXPECT_EQ(ticks, 4);
  ::sigaction(SIGUSR1, &before, nullptr);
}

/// Closes all the sockets when it hears of one.
struct Closer {
  explicit Closer(std::vector<std::unique_ptr<WatchedSocket>>& all) noexcept : sockets(all) {}

  void on_event(const boost::system::error_code&) {
    ++calls;
    sockets.clear();
  }
  HandlerMemory& handler_memory() noexcept { return memory; }

  std::vector<std::unique_ptr<WatchedSocket>>& sockets;
  HandlerMemory memory;
  int calls = 0;
};

TEST_F(LoopTest, HandlersMayDestroyOtherReadySockets) {
  std::vector<std::unique_ptr<WatchedSocket>> sockets;
  std::vector<FileDescriptor> peers;
  std::list<Closer> closers;
  for (int i = 0; i < 10; ++i) {
    Pair pair = unix_pair();
    ASSERT_EQ(send(pair.peer.get(), bytes("x")).bytes, 1u);
    peers.push_back(std::move(pair.peer));
    sockets.push_back(std::make_unique<WatchedSocket>(*loop_));
    ASSERT_EQ(sockets.back()->open(pair.ours, Kind::other), 0);
    closers.emplace_back(sockets);
    sockets.back()->async_wait(Event::readable, Handler<&Closer::on_event>(closers.back()));
  }
  run_ready();
  for (const Closer& closer : closers) EXPECT_EQ(closer.calls, 1);
}

TEST_F(LoopTest, DestroyedLoopsDestroyWhatWasPosted) {
  const auto token = std::make_shared<int>(0);
  bool called = false;
  boost::asio::post(*loop_, [&called, token] { called = true; });
  EXPECT_EQ(token.use_count(), 2);
  socket_.reset();
  loop_.reset();
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_FALSE(called);
}

TEST_F(LoopTest, DescriptorShortagesThrow) {
  const test::DescriptorLimit none(0);
  EXPECT_THROW(Loop(), std::system_error);
}

}  // namespace
}  // namespace duplexd
