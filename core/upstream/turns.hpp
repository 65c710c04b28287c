#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace duplexd {

struct Turn {
  std::uint32_t index;   ///< of `weights`: whose turn it is
  std::uint32_t number;  ///< which of its turns of this round, from 0
};

/// A whole round of turns. Every index comes up as often as its weight says, evenly spread: at no moment has
/// one had a turn more, or a turn less, than its share of those until then. Equal weights take turns in
/// order.
///
/// A round has as many turns as the weights over their greatest common divisor add up to. Where these are
/// more than `most_turns` shares are rounded, and none is less than one turn.
std::vector<Turn> order_of_turns(std::vector<unsigned> weights);

inline constexpr std::size_t most_turns = 65'536;

}  // namespace duplexd
