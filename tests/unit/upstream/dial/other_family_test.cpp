#include "core/upstream/dial/other_family.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace duplexd {
namespace {

using namespace std::chrono_literals;

/// A pool of two names: "two" has both families, "one" has IPv4 only.
class OtherFamilyTest : public testing::Test {
 protected:
  const Endpoint* beside(const Endpoint& endpoint, std::uint64_t turn = 0) {
    Candidates candidates(*pool_, {.turn = turn, .now = now_in_millis()}, tried_,
                          Candidates::Among::doubtful_too);
    const Choice found = other_family(*pool_, endpoint, candidates);
    return found.member ? found.member->endpoint : nullptr;
  }

  test::Endpoints endpoints_;
  const Endpoint& six_ = endpoints_.at("two", "[2001:db8::1]:1");
  const Endpoint& four_ = endpoints_.at("two", "192.0.2.1:1");
  const Endpoint& other_four_ = endpoints_.at("two", "192.0.2.2:1");
  const Endpoint& alone_ = endpoints_.at("one", "192.0.2.3:1");
  std::shared_ptr<const Pool> pool_ = endpoints_.pool(
      Pool::in_order(
          {{.endpoint = &alone_}, {.endpoint = &six_}, {.endpoint = &four_}, {.endpoint = &other_four_}}),
      {});
  Tried tried_;
};

TEST_F(OtherFamilyTest, PoolKnowsNamesOfTwoFamilies) {
  for (const Pool::Member& member : pool_->members())
    EXPECT_EQ(member.two_families, member.endpoint != &alone_) << member.endpoint->address.to_string();
}

TEST_F(OtherFamilyTest, AddressesOfOneNameTakeTurns) {
  EXPECT_EQ(beside(four_), &six_);
  EXPECT_EQ(beside(other_four_), &six_);
  std::set<const Endpoint*> found;
  for (std::uint64_t turn = 0; turn < 3; ++turn) found.insert(beside(six_, turn));
  EXPECT_EQ(found, (std::set<const Endpoint*>{&four_, &other_four_}));
}

TEST_F(OtherFamilyTest, NamesOfOneFamilyHaveNone) { EXPECT_EQ(beside(alone_), nullptr); }

TEST_F(OtherFamilyTest, TriedAndEjectedAddressesAreSkipped) {
  tried_.add(four_);
  EXPECT_EQ(beside(six_), &other_four_);
  other_four_.trust().eject(now_in_millis(), pool_->config().passive);
  EXPECT_EQ(beside(six_), nullptr);
}

TEST_F(OtherFamilyTest, FullAddressesAreSkipped) {
  pool_ = endpoints_.pool(Pool::in_order({{.endpoint = &six_, .most = 1}, {.endpoint = &four_}}));
  EXPECT_EQ(beside(four_), &six_);
  const EndpointHold hold(six_);
  EXPECT_EQ(beside(four_), nullptr);
}

TEST_F(OtherFamilyTest, RemovedEndpointsHaveNone) {
  pool_ = endpoints_.pool(Pool::in_order({{.endpoint = &alone_}}));
  EXPECT_EQ(beside(six_), nullptr);
}

TEST(SilenceOfAddressTest, TakesTimeAndAnswersNobody) {
  EXPECT_FALSE(is_silence(0ms, false));
  EXPECT_FALSE(is_silence(99ms, false)) << "it was cut short";
  EXPECT_TRUE(is_silence(100ms, false));
  EXPECT_FALSE(is_silence(5s, true)) << "a packet was lost";
}

}  // namespace
}  // namespace duplexd
