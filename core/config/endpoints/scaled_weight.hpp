#pragma once

#include <algorithm>

namespace duplexd {

/// The weight of an endpoint, 1 to 1000, that stands for one in a list of others, of which the largest may be
/// larger.
constexpr unsigned scaled_weight(unsigned weight, unsigned largest) {
  constexpr unsigned most = 1'000;
  return std::max(1U, largest > most ? weight * most / largest : weight);
}

}  // namespace duplexd
