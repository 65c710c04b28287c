// What each policy makes of 100,000 picks.
#include "tests/unit/upstream/policies/picks.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace duplexd {
namespace {

constexpr int pick_count = 100'000;

struct Case {
  Balance balance;
  const char* name;
  bool keeps_sessions;  ///< least_connections goes by nothing else
};

/// Each test runs for every policy that goes by weight.
class DistributionTest : public testing::TestWithParam<Case> {
 protected:
  /// How many of the picks each name has. A policy that counts sessions gets them to count: each pick lasts
  /// as long as the next `live` do.
  std::map<std::string, int> shares(std::size_t live = 200) {
    std::map<std::string, int> counts;
    std::deque<EndpointHold> sessions;
    for (int i = 0; i < pick_count; ++i) {
      const Upstream::Found found = picks_.choose();
      if (!found.member) return {};
      ++counts[key(*found.member->endpoint)];
      if (!GetParam().keeps_sessions) continue;
      sessions.emplace_back(*found.member->endpoint, found.most);
      if (sessions.size() > live) sessions.pop_front();
    }
    return counts;
  }
  static std::string key(const Endpoint& endpoint) {
    const std::string address = endpoint.address.to_string();
    return std::string(endpoint.name) + address.substr(5, 1);  // its number among those of the name
  }
  static void expect_share(int count, double share) {
    EXPECT_NEAR(count, pick_count * share, 0.01 * pick_count) << share;
  }

  test::Picks picks_{GetParam().balance};
};

TEST_P(DistributionTest, EqualWeightsHaveEqualShares) {
  picks_.use({{"a"}, {"b"}, {"c"}, {"d"}});
  auto counts = shares();
  for (const char* const name : {"a0", "b0", "c0", "d0"}) expect_share(counts[name], 0.25);
}

TEST_P(DistributionTest, SharesFollowTheWeights) {
  picks_.use({{"a", 5}, {"b", 3}, {"c", 2}});
  auto counts = shares();
  expect_share(counts["a0"], 0.5);
  expect_share(counts["b0"], 0.3);
  expect_share(counts["c0"], 0.2);
}

TEST_P(DistributionTest, AddressesPartTheirNamesShare) {
  picks_.use({{"a", 3, 3}, {"b", 1, 2}});
  auto counts = shares();
  for (const char* const name : {"a0", "a1", "a2"}) expect_share(counts[name], 0.25);
  for (const char* const name : {"b0", "b1"}) expect_share(counts[name], 0.125);
}

TEST_P(DistributionTest, DownMembersShareGoesByWeight) {
  picks_.use({{"a", 5}, {"b", 4}, {"c", 1}});
  picks_.at("a").set_up(false, 0);
  auto counts = shares();
  EXPECT_EQ(counts["a0"], 0);
  expect_share(counts["b0"], 0.8);
  expect_share(counts["c0"], 0.2);
}

TEST_P(DistributionTest, SmallestWeightIsServed) {
  picks_.use({{"a", 1000}, {"b", 1}});
  const int rare = shares(3'000)["b0"];
  EXPECT_GT(rare, 50);
  EXPECT_LT(rare, 160);
}

TEST_P(DistributionTest, LastOneUpIsAlwaysFound) {
  std::vector<test::Named> names;
  for (char letter = 'a'; letter <= 'z'; ++letter) names.push_back({std::string(1, letter)});
  picks_.use(names);
  for (char letter = 'a'; letter < 'z'; ++letter) picks_.at(std::string(1, letter)).set_up(false, 0);
  EXPECT_EQ(picks_.names(1'000), (std::map<std::string, int>{{"z", 1'000}}));
  picks_.at("z").set_up(false, 0);
  EXPECT_EQ(picks_.name(), "");
}

INSTANTIATE_TEST_SUITE_P(Policies, DistributionTest,
                         testing::Values(Case{Balance::round_robin, "RoundRobin", false},
                                         Case{Balance::least_connections, "LeastConnections", true},
                                         Case{Balance::random, "Random", true},
                                         Case{Balance::source_hash, "SourceHash", false},
                                         Case{Balance::consistent_hash, "ConsistentHash", false}),
                         [](const auto& of) { return of.param.name; });

TEST(FirstPolicy, FillsInOrder) {
  test::Picks picks(Balance::first);
  picks.use({{.name = "a", .most = 2}, {.name = "b", .most = 1}, {.name = "c"}});
  std::string order;
  std::deque<EndpointHold> sessions;
  for (int i = 0; i < 6; ++i) {
    const Upstream::Found found = picks.choose();
    order += found.member->endpoint->name;
    sessions.emplace_back(*found.member->endpoint, found.most);
  }
  EXPECT_EQ(order, "aabccc");
  sessions.erase(sessions.begin() + 2);
  EXPECT_EQ(picks.name(), "b");
  sessions.pop_front();
  EXPECT_EQ(picks.name(), "a");
}

TEST(SourceHashPolicy, SameHashHasTheSameEndpoint) {
  for (const Balance balance : {Balance::source_hash, Balance::consistent_hash}) {
    test::Picks picks(balance);
    picks.use({{"a"}, {"b"}, {"c"}});
    for (std::uint64_t hash = 1; hash <= 100; ++hash) {
      const auto choice = [&] {
        return picks.upstream.choose({.turn = picks.upstream.take_turn(), .hash = hash}, {}).member;
      };
      const PoolMember* const one = choice();
      for (int i = 0; i < 5; ++i) EXPECT_EQ(choice(), one);
    }
  }
}

}  // namespace
}  // namespace duplexd
