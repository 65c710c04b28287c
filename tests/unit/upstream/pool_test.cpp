#include "core/upstream/pool.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>

namespace duplexd {
namespace {

/// A name, and what it stands for.
struct Named {
  unsigned weight;
  unsigned addresses;
};

class PoolTest : public testing::Test {
 protected:
  /// Called 0, 1, 2 and so on; their addresses differ by port.
  std::shared_ptr<const Pool> pool_of(const std::vector<Named>& names) {
    std::vector<Pool::Member> members;
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (unsigned port = 1; port <= names[i].addresses; ++port) {
        const auto address = test::loopback(static_cast<std::uint16_t>(port));
        members.push_back(
            {.endpoint = &endpoints_.at(std::to_string(i), address), .weight = names[i].weight});
      }
    }
    return endpoints_.pool(std::move(members));
  }
  /// How many of the turns each member has.
  static std::vector<std::uint64_t> taken(const Pool& pool, std::uint64_t first, std::uint64_t turns) {
    std::vector<std::uint64_t> taken(pool.members().size());
    for (std::uint64_t turn = first; turn < first + turns; ++turn)
      ++taken[static_cast<std::size_t>(&pool.tiers()[0].of_turn(turn) - pool.members().data())];
    return taken;
  }
  static std::string order(const Pool& pool, std::uint64_t turns) {
    std::string order;
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
      const Endpoint& endpoint = *pool.tiers()[0].of_turn(turn).endpoint;
      order += static_cast<char>('a' + (endpoint.name[0] - '0'));
      order += std::to_string(endpoint.address.port()) + ' ';
    }
    return order;
  }

  test::Endpoints endpoints_;
};

TEST_F(PoolTest, AddressesShareTheirNamesTurns) {
  EXPECT_EQ(order(*pool_of({{1, 3}, {1, 1}}), 8), "a1 b1 a2 b1 a3 b1 a1 b1 ");
  EXPECT_EQ(order(*pool_of({{2, 3}, {1, 2}}), 9), "a1 b1 a2 a3 b2 a1 a2 b1 a3 ");
}

TEST_F(PoolTest, RotationReachesEveryMember) {
  EXPECT_TRUE(pool_of({})->tiers().empty());
  EXPECT_EQ(pool_of({{7, 1}, {7, 1}})->tiers()[0].rotation(), 2u);
  for (const std::vector<Named>& names :
       {std::vector<Named>{{1, 50}, {1000, 1}}, {{3, 7}, {2, 2}}, {{5, 1}}}) {
    const auto pool = pool_of(names);
    EXPECT_EQ(std::ranges::count(taken(*pool, 0, pool->tiers()[0].rotation()), 0u), 0);
  }
}

/// Each test runs for many random pools.
class SharesTest : public PoolTest {
 protected:
  void for_random_names(const std::function<void()>& check) {
    for (unsigned seed = 1; seed <= 100 && !HasFailure(); ++seed) {
      SCOPED_TRACE(seed);
      random_.seed(seed);
      names_.resize(up_to(6));
      for (Named& name : names_) name = {up_to(1'000), up_to(50)};
      check();
    }
  }
  unsigned up_to(unsigned most) { return std::uniform_int_distribution(1U, most)(random_); }
  std::uint64_t round() const {
    unsigned sum = 0;
    unsigned divisor = 0;
    for (const Named& name : names_) sum += name.weight, divisor = std::gcd(divisor, name.weight);
    return sum / divisor;
  }

  std::mt19937 random_;
  std::vector<Named> names_;
};

TEST_F(SharesTest, RoundsFollowTheWeights) {
  for_random_names([this] {
    const auto given = taken(*pool_of(names_), up_to(1'000'000'000), up_to(20) * round());
    auto first = given.begin();
    std::vector<std::uint64_t> of_names;
    for (const Named& name : names_) {
      const auto last = first + name.addresses;
      const auto [least, most] = std::minmax_element(first, last);
      EXPECT_LE(*most - *least, 1u) << "its addresses share evenly";
      of_names.push_back(std::accumulate(first, last, std::uint64_t{0}));
      EXPECT_EQ(of_names.back() * names_[0].weight, of_names[0] * name.weight);
      first = last;
    }
  });
}

TEST_F(SharesTest, WholeCyclesAreExact) {
  for_random_names([this] {
    for (Named& name : names_) name = {name.weight % 7 + 1, name.addresses % 6 + 1};
    constexpr std::uint64_t rounds = 60;  // a multiple of 1 to 6
    const auto given = taken(*pool_of(names_), up_to(1'000'000'000), rounds * round());
    auto next = given.begin();
    for (const Named& name : names_) {
      for (unsigned i = 0; i < name.addresses; ++i)
        EXPECT_EQ(*next++ * name.addresses * names_[0].weight, given[0] * names_[0].addresses * name.weight);
    }
  });
}

}  // namespace
}  // namespace duplexd
