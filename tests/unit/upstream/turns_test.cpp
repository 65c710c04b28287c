#include "core/upstream/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <string>

namespace duplexd {
namespace {

std::string order(const std::vector<unsigned>& weights) {
  std::string names;
  for (const Turn& turn : order_of_turns(weights)) names += static_cast<char>('a' + turn.index);
  return names;
}

std::vector<unsigned> counts(const std::vector<Turn>& turns, std::size_t indices) {
  std::vector<unsigned> counts(indices);
  for (const Turn& turn : turns) {
    EXPECT_EQ(turn.number, counts[turn.index]) << "the turns of an index are numbered";
    ++counts[turn.index];
  }
  return counts;
}

/// How far any index ever is from its share of the turns until then.
double greatest_deviation(const std::vector<unsigned>& weights) {
  const auto turns = order_of_turns(weights);
  std::vector<double> given(weights.size());
  double greatest = 0;
  for (std::size_t t = 0; t < turns.size(); ++t) {
    ++given[turns[t].index];
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double share = weights[i] * static_cast<double>(t + 1) / static_cast<double>(turns.size());
      greatest = std::max(greatest, std::abs(given[i] - share));
    }
  }
  return greatest;
}

TEST(TurnsTest, EqualWeightsTakeTurnsInOrder) {
  EXPECT_EQ(order({1, 1, 1}), "abc");
  EXPECT_EQ(order({7, 7, 7}), "abc") << "the shortest round";
}

TEST(TurnsTest, EmptyPoolHasNoTurns) { EXPECT_TRUE(order_of_turns({}).empty()); }

TEST(TurnsTest, HeavyIndexSpreadsOverTheRound) {
  EXPECT_EQ(order({5, 1, 1}), "abaacaa");
  EXPECT_EQ(order({3, 1}), "abaa");
}

TEST(TurnsTest, EachIndexComesByItsWeight) {
  const std::vector<unsigned> weights{7, 1, 1000, 13, 100};
  EXPECT_EQ(counts(order_of_turns(weights), weights.size()), weights);
}

TEST(TurnsTest, IndexesStayWithinOneTurn) {
  const std::vector<std::vector<unsigned>> cases{
      {5, 1, 1}, {1, 1000}, {1000, 999, 998}, {1, 2, 3, 4, 5, 6, 7}, {97, 31, 1, 1, 1, 500}, {2, 2, 1}};
  for (const auto& weights : cases) EXPECT_LT(greatest_deviation(weights), 1.0) << order(weights);
}

TEST(TurnsTest, LongRoundsAreCutShort) {
  std::vector<unsigned> weights(5'000, 997);
  weights[0] = 1;
  weights[1] = 500;
  const auto turns = order_of_turns(weights);
  EXPECT_LE(turns.size(), most_turns + weights.size());
  const auto given = counts(turns, weights.size());
  EXPECT_EQ(given[0], 1u);
  EXPECT_NEAR(static_cast<double>(given[1]) / given[2], 500.0 / 997, 0.05);
}

}  // namespace
}  // namespace duplexd
