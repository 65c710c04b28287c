#include "core/upstream/tier.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

class TierTest : public testing::Test {
 protected:
  /// Called a, b, c and so on, with port 1, 2, 3 and so on.
  Pool::Member member(std::uint32_t priority, unsigned weight = 1) {
    const std::string name(1, static_cast<char>('a' + static_cast<char>(last_port_)));
    return {.endpoint = &endpoints_.at(name, test::loopback(++last_port_)),
            .weight = weight,
            .priority = priority,
            .share = static_cast<float>(weight)};
  }
  std::shared_ptr<const Pool> pool(std::vector<Pool::Member> members,
                                   UpstreamConfig config = test::Endpoints::plain()) {
    return endpoints_.pool(Pool::in_order(std::move(members)), std::move(config));
  }
  /// "ab c": the names of the first tier, and those of the second.
  static std::string tiers(const Pool& pool) {
    std::string text;
    for (const Tier& tier : pool.tiers()) {
      if (!text.empty()) text += ' ';
      for (const PoolMember& member : tier.members()) text += member.endpoint->name;
    }
    return text;
  }

  test::Endpoints endpoints_;

 private:
  std::uint16_t last_port_ = 0;
};

TEST_F(TierTest, LowestPriorityComesFirst) {
  EXPECT_EQ(tiers(*pool({member(7), member(0), member(7), member(3)})), "b d ac");
}

TEST_F(TierTest, MemberWithoutWeightIsInNone) {
  const auto made = pool({member(0, 0), member(0), member(1, 0), member(2)});
  EXPECT_EQ(tiers(*made), "b d");
  EXPECT_EQ(made->members().size(), 4u);
}

TEST_F(TierTest, PoolWithoutWeightHasNoTier) { EXPECT_EQ(tiers(*pool({member(0, 0), member(1, 0)})), ""); }

TEST_F(TierTest, EveryEndpointHasItsTier) {
  const auto made = pool({member(0), member(5), member(5, 0)});
  EXPECT_EQ(made->tier_of(*made->members()[0].endpoint), 0u);
  EXPECT_EQ(made->tier_of(*made->members()[1].endpoint), 1u);
  EXPECT_EQ(made->tier_of(*made->members()[2].endpoint), 2u) << "none: it has no weight";
  EXPECT_EQ(made->tier_of(*member(0).endpoint), 2u) << "none: it is of another pool";
}

TEST_F(TierTest, SomeLimitIsALimit) {
  EXPECT_FALSE(pool({member(0), member(1)})->has_limits());
  Pool::Member limited = member(1);
  limited.most = 5;
  EXPECT_TRUE(pool({member(0), limited})->has_limits());
}

TEST_F(TierTest, OnlyAShareIsEjected) {
  for (const auto& [members, share, most] :
       {std::tuple{1, 100U, 0}, {2, 10U, 1}, {3, 50U, 1}, {4, 50U, 2}, {10, 25U, 2}, {3, 100U, 3}}) {
    UpstreamConfig config;
    config.passive.share = share;
    std::vector<Pool::Member> of_pool;
    for (int i = 0; i < members; ++i) of_pool.push_back(member(0));
    const auto made = pool(of_pool, config);
    int ejected = 0;
    for (const Pool::Member& each : made->members()) {
      if (!made->may_eject()) break;
      each.endpoint->trust().eject(1, config.passive);
      ++ejected;
    }
    EXPECT_EQ(ejected, most) << members << " members, " << share << " percent";
  }
}

}  // namespace
}  // namespace duplexd
