#include "tests/bench/micro/shuffled.hpp"
#include "tests/bench/micro/sources.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

namespace duplexd::bench {
namespace {

/// As large as the operation of a wait.
struct Operation {
  std::array<std::uint64_t, 11> words;
};
static_assert(sizeof(Operation) == 88);

/// The memory use of a chain: one operation at a time. As Asio calls a handler between the
/// two, what end() stored has to be there before begin() looks.
template <class Source>
class Waiter {
 public:
  void begin() {
    operation_ = ::new (static_cast<void*>(allocator().allocate(1))) Operation{};
    benchmark::DoNotOptimize(operation_);
    benchmark::ClobberMemory();
  }
  void end() {
    ++ended_;
    allocator().deallocate(std::exchange(operation_, nullptr), 1);
    benchmark::ClobberMemory();
  }

 private:
  auto allocator() { return typename Source::template Allocator<Operation>(memory_); }

  typename Source::Memory memory_;
  Operation* operation_ = nullptr;
  std::uint64_t ended_ = 0;
};

template <class Source>
std::vector<Waiter<Source>> waiters(const benchmark::State& state) {
  return std::vector<Waiter<Source>>(static_cast<std::size_t>(state.range(0)));
}

/// Runs within an io_context, as a worker does, because Asio recycles nothing outside of one.
template <class Function>
void in_handler(Function function) {
  boost::asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  boost::asio::post(context, function);
  context.run();
}

// The cost per wake-up of a chain: its operation is freed, its handler runs and waits again. With one waiter
// this is allocate and deallocate alone; with a thousand, sessions that were idle wake up one by one, while
// the operations of all others stay where they are.
template <class Source>
void rearm(benchmark::State& state) {
  auto chains = waiters<Source>(state);
  in_handler([&] {
    const std::vector<std::size_t> order = shuffled(chains.size());
    for (auto& chain : chains) chain.begin();
    std::size_t turn = 0;
    for (auto _ : state) {
      chains[order[turn]].end();
      chains[order[turn]].begin();
      if (++turn == order.size()) turn = 0;
    }
    for (auto& chain : chains) chain.end();
  });
}
BENCHMARK_TEMPLATE(rearm, Chain)->Arg(1)->Arg(1'000);
BENCHMARK_TEMPLATE(rearm, Recycling)->Arg(1)->Arg(1'000);
BENCHMARK_TEMPLATE(rearm, Heap)->Arg(1)->Arg(1'000);

// The cost of sessions that begin to wait together and end one by one: more than the two blocks that Asio
// keeps per thread.
template <class Source>
void wave(benchmark::State& state) {
  auto chains = waiters<Source>(state);
  in_handler([&] {
    const std::vector<std::size_t> order = shuffled(chains.size());
    for (auto _ : state) {
      for (auto& chain : chains) chain.begin();
      for (const std::size_t i : order) chains[i].end();
    }
  });
  state.counters["per_chain"] =
      benchmark::Counter(static_cast<double>(chains.size()),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_TEMPLATE(wave, Chain)->Arg(1'000);
BENCHMARK_TEMPLATE(wave, Recycling)->Arg(1'000);
BENCHMARK_TEMPLATE(wave, Heap)->Arg(1'000);

}  // namespace
}  // namespace duplexd::bench
