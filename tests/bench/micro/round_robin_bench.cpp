#include "core/upstream/upstream.hpp"

#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace duplexd::bench {
namespace {

struct NoSink final : EventSink {
  void session_ended(const SessionEnd&) noexcept override {}
  void notice(const Notice&) noexcept override {}
};

std::shared_ptr<const Pool> pool_of(UpstreamAccount& account, std::int64_t count) {
  std::vector<Pool::Member> members;
  for (std::int64_t i = 1; i <= count; ++i) {
    const auto address = SocketAddress::any(AF_INET, static_cast<std::uint16_t>(i));
    members.push_back({.endpoint = &account.endpoints["endpoint"]->at(address, account.last_serial)});
  }
  return account.make_pool(std::make_shared<const UpstreamConfig>(), std::move(members));
}

// Once per connection: the figure stands beside the tens of microseconds that a connection costs in the
// kernel.
void round_robin_pick(benchmark::State& state) {
  const auto account = std::make_shared<UpstreamAccount>("upstream", 1);
  Upstream upstream(account, 0);
  upstream.use(pool_of(*account, state.range(0)));
  const Tried none_tried;
  for (auto _ : state) benchmark::DoNotOptimize(upstream.choose({.turn = upstream.take_turn()}, none_tried));
}
BENCHMARK(round_robin_pick)->Arg(1)->Arg(8)->Arg(100)->Arg(5'000);

// A snapshot or other addresses of names: once per upstream, on the control thread.
void make_pool(benchmark::State& state) {
  UpstreamAccount account("upstream", 1);
  NoSink sink;
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool_of(account, state.range(0)));
    account.forget_unused(sink);
  }
}
BENCHMARK(make_pool)->Arg(100)->Arg(5'000);

}  // namespace
}  // namespace duplexd::bench
