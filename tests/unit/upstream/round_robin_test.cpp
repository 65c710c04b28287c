#include "core/upstream/round_robin.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

namespace duplexd {
namespace {

/// The endpoints of these weights are called a, b, c and so on.
class Turns {
 public:
  explicit Turns(const std::vector<unsigned>& weights) {
    for (const Target& target : test::targets_with(weights))
      endpoints_.push_back(std::make_unique<Endpoint>(target, 0));
  }

  std::size_t pick(const TriedEndpoints& tried = {}) { return balancer_.pick(endpoints_, tried); }
  std::string next(int turns) {
    std::string names;
    for (int i = 0; i < turns; ++i) names += static_cast<char>('a' + static_cast<char>(pick()));
    return names;
  }

 private:
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  RoundRobin balancer_;
};

TEST(RoundRobinTest, EqualWeightsTakeTurns) { EXPECT_EQ(Turns({1, 1, 1}).next(7), "abcabca"); }

TEST(RoundRobinTest, AHeavyEndpointIsSpreadOverTheTurnsAsInNginx) {
  EXPECT_EQ(Turns({5, 1, 1}).next(14), "aabacaaaabacaa");
}

TEST(RoundRobinTest, OverOneRoundEachHasExactlyItsWeight) {
  const std::vector<unsigned> weights{7, 1, 1000, 13, 100};
  const unsigned round = std::accumulate(weights.begin(), weights.end(), 0u);
  Turns turns(weights);
  for (int i = 0; i < 3; ++i) {
    std::vector<unsigned> counts(weights.size());
    for (unsigned turn = 0; turn < round; ++turn) ++counts[turns.pick()];
    EXPECT_EQ(counts, weights);
  }
}

TEST(RoundRobinTest, OneThatWasTriedIsPassedOver) {
  Turns turns({1, 1, 1});
  TriedEndpoints tried;
  tried.add(0);
  tried.add(2);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(turns.pick(tried), 1u);
}

TEST(RoundRobinTest, WhereAllWereTriedThereIsNone) {
  Turns turns({1, 1});
  TriedEndpoints tried;
  EXPECT_EQ(turns.pick(tried), 0u);
  tried.add(0);
  tried.add(1);
  EXPECT_EQ(turns.pick(tried), Balancer::none);
  EXPECT_EQ(Turns({}).pick(), Balancer::none);
}

TEST(RoundRobinTest, SessionsThatTryAnotherEndpointDoNotDisturbTheTurnsOfTheOthers) {
  Turns turns({1, 1, 1});
  TriedEndpoints tried;
  tried.add(0);
  for (int i = 0; i < 1000; ++i) turns.pick(tried);
  std::vector<int> counts(3);
  for (int i = 0; i < 30; ++i) ++counts[turns.pick()];
  EXPECT_EQ(counts, (std::vector<int>{10, 10, 10}));
}

}  // namespace
}  // namespace duplexd
