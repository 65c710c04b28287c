#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <random>
#include <vector>

namespace duplexd::bench {

/// 0 to `count` - 1, in an order that no prefetcher can follow and that is the same in every run.
inline std::vector<std::size_t> shuffled(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::minstd_rand(1));
  return order;
}

}  // namespace duplexd::bench
