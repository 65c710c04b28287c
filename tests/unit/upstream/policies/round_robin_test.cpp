#include "core/upstream/policies/policies.hpp"
#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace duplexd {
namespace {

class RoundRobinTest : public testing::Test {
 protected:
  void use(const std::vector<unsigned>& weights) { pool_ = endpoints_.pool_of_weights(weights); }
  const Endpoint& endpoint(std::size_t index) { return *pool_->members()[index].endpoint; }

  static const Pool::Member* choose(const Pool& pool, std::uint64_t turn, const Tried& tried) {
    if (pool.tiers().empty()) return nullptr;
    Candidates candidates(pool, {.turn = turn}, tried, Candidates::Among::fit);
    return round_robin(pool.tiers()[0], candidates).member;
  }
  /// The name of the choice; "" if there is none.
  std::string pick(std::uint64_t turn, const Tried& tried = {}) {
    const Pool::Member* const member = choose(*pool_, turn, tried);
    return member ? std::string(member->endpoint->name) : "";
  }
  /// The choices of one session that all of them fail, in that turn.
  std::string retries(std::uint64_t turn) {
    Tried tried;
    std::string names;
    while (const Pool::Member* const member = choose(*pool_, turn, tried)) {
      names += member->endpoint->name;
      tried.add(*member->endpoint);
    }
    return names;
  }

 private:
  test::Endpoints endpoints_;
  std::shared_ptr<const Pool> pool_;
};

TEST_F(RoundRobinTest, TurnsFollowThePoolsOrder) {
  use({5, 1, 1});
  std::string names;
  for (std::uint64_t turn = 0; turn < 14; ++turn) names += pick(turn);
  EXPECT_EQ(names, "abaacaaabaacaa");
}

TEST_F(RoundRobinTest, SameTurnGivesTheSameEndpoint) {
  use({1, 1, 1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pick(1), "b");
}

TEST_F(RoundRobinTest, RetriesBeginWithTheTurn) {
  use({1, 1, 1, 1});
  for (const std::uint64_t turn : {0u, 2u}) {
    std::string names = retries(turn);
    EXPECT_EQ(names[0], "abcd"[turn]);
    std::ranges::sort(names);
    EXPECT_EQ(names, "abcd");
  }
}

TEST_F(RoundRobinTest, FailuresSpreadByWeight) {
  use({1, 2, 1});
  Tried tried;
  tried.add(endpoint(0));
  int to_b = 0;
  for (std::uint64_t turn = 0; turn < 3'000; ++turn) to_b += pick(turn, tried) == "b";
  EXPECT_NEAR(to_b, 2'000, 100);
}

TEST_F(RoundRobinTest, ExhaustedPoolHasNoEndpoint) {
  use({1, 1});
  Tried tried;
  tried.add(endpoint(0));
  tried.add(endpoint(1));
  EXPECT_EQ(pick(0, tried), "");
  use({});
  EXPECT_EQ(pick(7), "");
}

TEST_F(RoundRobinTest, RetriesFindEveryAddress) {
  test::Endpoints endpoints;
  std::vector<Pool::Member> members{{.endpoint = &endpoints.at("b", test::loopback(100)), .weight = 1'000}};
  for (std::uint16_t port = 1; port <= 50; ++port)
    members.push_back({.endpoint = &endpoints.at("a", test::loopback(port))});
  const auto pool = endpoints.pool(members);
  for (const std::uint64_t turn : {0u, 7u, 1000u, 54'321u}) {
    Tried tried;
    std::size_t found = 0;
    for (; const Pool::Member* const member = choose(*pool, turn, tried); ++found)
      tried.add(*member->endpoint);
    EXPECT_EQ(found, 51u);
  }
}

TEST_F(RoundRobinTest, RetriesFindTheRarestEndpoint) {
  use({1000, 999, 1000, 1});
  for (const std::uint64_t turn : {0u, 1u, 1500u, 2999u}) EXPECT_EQ(retries(turn).size(), 4u);
}

}  // namespace
}  // namespace duplexd
