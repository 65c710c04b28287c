#include "core/upstream/policies/mix.hpp"
#include "core/upstream/upstream.hpp"

#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace duplexd::bench {
namespace {

struct NoSink final : EventSink {
  void session_ended(const SessionEnd&) noexcept override {}
  void notice(const Notice&) noexcept override {}
};

std::shared_ptr<const Pool> pool_of(UpstreamAccount& account, std::int64_t count, Balance balance) {
  std::vector<Pool::Member> members;
  for (std::int64_t i = 1; i <= count; ++i) {
    const auto address = SocketAddress::any(AF_INET, static_cast<std::uint16_t>(i));
    members.push_back({.endpoint = &account.endpoints["endpoint"]->at(address, account.last_serial)});
  }
  UpstreamConfig config;
  config.balance = balance;
  return account.make_pool(std::make_shared<const UpstreamConfig>(std::move(config)), std::move(members));
}

// Once per connection: the figure stands beside the tens of microseconds that a connection costs in the
// kernel.
template <Balance balance>
void pick(benchmark::State& state) {
  const auto account = std::make_shared<UpstreamAccount>("upstream", 1);
  Upstream upstream(account, 0);
  upstream.use(pool_of(*account, state.range(0), balance));
  const Tried none_tried;
  for (auto _ : state) {
    const std::uint64_t turn = upstream.take_turn();
    const Pick pick{.turn = turn, .hash = mix(turn), .now = 1};
    const Upstream::Found found = upstream.choose(pick, none_tried);
    const EndpointHold session(*found.member->endpoint, found.most);
    benchmark::DoNotOptimize(session.get());
  }
}
BENCHMARK(pick<Balance::round_robin>)->Arg(1)->Arg(8)->Arg(100)->Arg(5'000);
BENCHMARK(pick<Balance::least_connections>)->Arg(1)->Arg(8)->Arg(100)->Arg(5'000);
BENCHMARK(pick<Balance::random>)->Arg(1)->Arg(8)->Arg(100)->Arg(5'000);
BENCHMARK(pick<Balance::source_hash>)->Arg(1)->Arg(8)->Arg(100)->Arg(5'000);
BENCHMARK(pick<Balance::consistent_hash>)->Arg(1)->Arg(8)->Arg(100)->Arg(5'000);
BENCHMARK(pick<Balance::first>)->Arg(1)->Arg(8)->Arg(100)->Arg(5'000);

// A snapshot or other addresses of names: once per upstream, on the control thread.
template <Balance balance>
void make_pool(benchmark::State& state) {
  UpstreamAccount account("upstream", 1);
  NoSink sink;
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool_of(account, state.range(0), balance));
    account.forget_unused(sink);
  }
}
BENCHMARK(make_pool<Balance::round_robin>)->Arg(100)->Arg(5'000);
BENCHMARK(make_pool<Balance::consistent_hash>)->Arg(100)->Arg(5'000);

}  // namespace
}  // namespace duplexd::bench
