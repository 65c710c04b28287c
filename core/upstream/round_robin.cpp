#include "core/upstream/round_robin.hpp"

namespace duplexd {

std::size_t RoundRobin::pick(std::span<const std::unique_ptr<Endpoint>> endpoints,
                             const TriedEndpoints& tried) noexcept {
  int total = 0;
  std::size_t best = none;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    if (tried.contains(i)) continue;
    Endpoint& candidate = *endpoints[i];
    const int weight = static_cast<int>(candidate.target.weight);
    total += weight;
    candidate.current_weight += weight;
    if (best == none || candidate.current_weight > endpoints[best]->current_weight) best = i;
  }
  if (best != none) endpoints[best]->current_weight -= total;
  return best;
}

}  // namespace duplexd
