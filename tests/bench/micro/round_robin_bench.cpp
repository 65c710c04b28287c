#include "core/upstream/balancer.hpp"

#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace duplexd::bench {
namespace {

std::vector<std::unique_ptr<Endpoint>> endpoints_of(EndpointAccount& account, std::int64_t count) {
  const Target target{.account = &account, .address = SocketAddress::any(AF_INET, 80)};
  std::vector<std::unique_ptr<Endpoint>> endpoints;
  for (std::int64_t i = 0; i < count; ++i) endpoints.push_back(std::make_unique<Endpoint>(target, 0));
  return endpoints;
}

// Once per connection: the figure stands beside the tens of microseconds that a connection costs in the
// kernel. It grows with the endpoints, since each gains its weight at each turn.
void round_robin_pick(benchmark::State& state) {
  EndpointAccount account("endpoint", 1);
  const auto endpoints = endpoints_of(account, state.range(0));
  const auto balancer = make_balancer(Balance::round_robin);
  const TriedEndpoints none_tried;
  for (auto _ : state) benchmark::DoNotOptimize(balancer->pick(endpoints, none_tried));
}
BENCHMARK(round_robin_pick)->Arg(1)->Arg(8)->Arg(64)->Arg(512);

}  // namespace
}  // namespace duplexd::bench
