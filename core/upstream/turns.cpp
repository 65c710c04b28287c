#include "core/upstream/turns.hpp"

#include <algorithm>
#include <numeric>
#include <queue>

namespace duplexd {
namespace {

// Of two the one that may come first, or has to, is the lesser.
struct Candidate {
  std::uint64_t due;
  std::uint32_t index;
  std::uint64_t number;  // of this index: 0 is its first

  bool operator>(const Candidate& other) const noexcept {
    return due != other.due ? due > other.due : index > other.index;
  }
};
using Earliest = std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>>;

std::uint64_t sum_of(const std::vector<unsigned>& weights) {
  return std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
}

void reduce(std::vector<unsigned>& weights) {
  const unsigned divisor = std::accumulate(weights.begin(), weights.end(), 0U, std::gcd<unsigned, unsigned>);
  for (unsigned& weight : weights) weight /= std::max(divisor, 1U);
  const std::uint64_t sum = sum_of(weights);
  if (sum <= most_turns) return;
  for (unsigned& weight : weights)
    weight = static_cast<unsigned>(std::max<std::uint64_t>((weight * most_turns + sum / 2) / sum, 1));
}

}  // namespace

// The k-th turn of an index may be given from slot k * sum / weight on and has to be before slot (k + 1) *
// sum / weight; of those that may be given now, the one that has to be first is. Every turn is in time
// (R. Tijdeman, The chairman assignment problem, 1980).
std::vector<Turn> order_of_turns(std::vector<unsigned> weights) {
  reduce(weights);
  const std::uint64_t sum = sum_of(weights);
  Earliest waiting;  // due when they may be given
  Earliest ready;    // due when they have to be
  for (std::uint32_t i = 0; i < weights.size(); ++i) waiting.push({0, i, 0});
  std::vector<Turn> order;
  order.reserve(sum);
  while (order.size() < sum) {
    for (; !waiting.empty() && waiting.top().due <= order.size(); waiting.pop()) {
      const auto [due, index, number] = waiting.top();
      ready.push({((number + 1) * sum + weights[index] - 1) / weights[index], index, number});
    }
    const auto [due, index, number] = ready.top();
    ready.pop();
    order.push_back({index, static_cast<std::uint32_t>(number)});
    const std::uint64_t next = number + 1;
    if (next < weights[index])
      waiting.push({(next * sum + weights[index] - 1) / weights[index], index, next});
  }
  return order;
}

}  // namespace duplexd
