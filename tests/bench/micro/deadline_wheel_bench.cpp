#include "core/memory/handler.hpp"
#include "core/session/deadline_wheel.hpp"
#include "tests/bench/micro/shuffled.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/wait_traits.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <vector>

namespace duplexd::bench {
namespace {

constexpr std::chrono::seconds timeout{60};

/// On a cache line of its own, as in a session.
struct alignas(64) Timeout : Deadline<Timeout> {};

std::size_t count_of(const benchmark::State& state) { return static_cast<std::size_t>(state.range(0)); }

// The cost of moving a deadline. The daemon moves one that is due although its session was not idle: once per
// timeout and session. A read or a write only stores the tick.
void wheel_rearm(benchmark::State& state) {
  DeadlineWheel<Timeout> wheel;
  std::vector<Timeout> deadlines(count_of(state));
  const std::vector<std::size_t> order = shuffled(deadlines.size());
  for (const std::size_t i : order) wheel.schedule(deadlines[i], due_after(wheel.now(), timeout));
  std::size_t turn = 0;
  for (auto _ : state) {
    Timeout& deadline = deadlines[order[turn]];
    wheel.cancel(deadline);
    wheel.schedule(deadline, due_after(wheel.now(), timeout));
    benchmark::ClobberMemory();
    if (++turn == order.size()) turn = 0;
  }
}
BENCHMARK(wheel_rearm)->Arg(1'000)->Arg(100'000);

// The work of a tick, every 100 ms: the deadlines that are due are scheduled again, and those of the same
// slot that are due in a later revolution are passed over.
void wheel_tick(benchmark::State& state) {
  DeadlineWheel<Timeout> wheel;
  std::vector<Timeout> deadlines(count_of(state));
  const Tick timeout_ticks = due_after(0, timeout);
  Tick due = 0;
  for (const std::size_t i : shuffled(deadlines.size()))
    wheel.schedule(deadlines[i], 1 + due++ % timeout_ticks);
  for (auto _ : state) {
    wheel.tick();
    while (Timeout* const deadline = wheel.take_due())
      wheel.schedule(*deadline, due_after(wheel.now(), timeout));
  }
}
BENCHMARK(wheel_tick)->Arg(1'000)->Arg(100'000);

/// The alternative to the wheel: a timer per session, in a ring. Moving one cancels its wait, which completes
/// as aborted, waits again and goes on to the next. At the end each is only cancelled.
class MovedTimer {
 public:
  struct Run {
    bool goes_on() {
      if (!over) over = !state.KeepRunning();
      return !over;
    }
    benchmark::State& state;
    bool over = false;
  };

  MovedTimer(boost::asio::io_context& context, Run& run) : timer_(context.get_executor()), run_(run) {}

  void start(MovedTimer& next) {
    next_ = &next;
    wait();
  }
  void cancel() { timer_.cancel(); }
  AsioHandlerMemory& handler_memory() noexcept { return memory_; }

 private:
  using Clock = std::chrono::steady_clock;
  using Context = boost::asio::io_context;
  using Timer =
      boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Context::executor_type>;

  void wait() {
    timer_.expires_after(timeout);
    timer_.async_wait(Handler<&MovedTimer::on_cancelled>(*this));
  }
  void on_cancelled(const boost::system::error_code&) {
    if (run_.goes_on()) wait();
    next_->cancel();
  }

  AsioHandlerMemory memory_;
  Timer timer_;
  Run& run_;
  MovedTimer* next_ = nullptr;
};

// To be compared with wheel_rearm; and a timer would be moved at every read and write, where the daemon
// stores a tick.
void timer_rearm(benchmark::State& state) {
  boost::asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  MovedTimer::Run run{state};
  const std::vector<std::size_t> order = shuffled(count_of(state));
  std::deque<MovedTimer> timers;
  while (timers.size() < order.size()) timers.emplace_back(context, run);
  for (std::size_t i = 0; i < order.size(); ++i)
    timers[order[i]].start(timers[order[(i + 1) % order.size()]]);
  timers[order[0]].cancel();
  context.run();
}
BENCHMARK(timer_rearm)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace duplexd::bench
