#include "tests/unit/upstream/policies/picks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <thread>

namespace duplexd {
namespace {

class LeastConnectionsTest : public testing::Test {
 protected:
  void use_ten() {
    std::vector<test::Named> names;
    for (char letter = 'a'; letter <= 'j'; ++letter) names.push_back({std::string(1, letter)});
    picks_.use(names);
  }
  /// As a session does: another is chosen if others were quicker.
  static EndpointHold take(Upstream& upstream) {
    for (;;) {
      const Upstream::Found found = upstream.choose({.turn = upstream.take_turn(), .now = 1}, {});
      EndpointHold hold(*found.member->endpoint, found.most);
      if (hold) return hold;
    }
  }
  std::vector<std::uint64_t> live() {
    std::vector<std::uint64_t> live;
    for (const PoolMember& member : picks_.upstream.pool().members())
      live.push_back(member.endpoint->sessions().live);
    return live;
  }
  std::uint64_t greatest_difference() {
    const auto counts = live();
    const auto [least, most] = std::ranges::minmax(counts);
    return most - least;
  }

  test::Picks picks_{Balance::least_connections};
};

TEST_F(LeastConnectionsTest, EndpointsAreFilledEvenly) {
  use_ten();
  std::vector<EndpointHold> sessions;
  for (int i = 0; i < 100; ++i) {
    sessions.push_back(take(picks_.upstream));
    EXPECT_LE(greatest_difference(), 1u);
  }
  EXPECT_EQ(live(), std::vector<std::uint64_t>(10, 10));
}

TEST_F(LeastConnectionsTest, WhoLostSessionsGetsTheNext) {
  use_ten();
  std::vector<EndpointHold> sessions;
  for (int i = 0; i < 100; ++i) sessions.push_back(take(picks_.upstream));
  const Endpoint* const lost = sessions.front().get();
  std::erase_if(sessions, [&](const EndpointHold& hold) { return hold.get() == lost; });
  for (int i = 0; i < 10; ++i) {
    sessions.push_back(take(picks_.upstream));
    EXPECT_EQ(sessions.back().get(), lost);
  }
}

TEST_F(LeastConnectionsTest, EqualLoadsTakeTurns) {
  picks_.use({{"a"}, {"b"}, {"c"}});
  std::string names;
  for (int i = 0; i < 6; ++i) names += picks_.name();
  EXPECT_EQ(names, "abcabc");
}

TEST_F(LeastConnectionsTest, SessionsStandAsWeights) {
  picks_.use({{"a", 3}, {"b", 1}});
  std::vector<EndpointHold> sessions;
  for (int i = 0; i < 40; ++i) sessions.push_back(take(picks_.upstream));
  EXPECT_EQ(live(), (std::vector<std::uint64_t>{30, 10}));
}

// Two workers, ten endpoints, a hundred sessions that stay.
TEST_F(LeastConnectionsTest, WorkersFillEvenlyTogether) {
  use_ten();
  Upstream second(picks_.endpoints.shared, 1);
  second.use(std::shared_ptr<const Pool>(std::shared_ptr<void>(), &picks_.upstream.pool()));
  for (int round = 0; round < 1'000 && !HasFailure(); ++round) {
    std::vector<EndpointHold> of_first;
    std::vector<EndpointHold> of_second;
    std::latch begin(2);
    const auto serve = [&](Upstream& upstream, std::vector<EndpointHold>& sessions) {
      begin.arrive_and_wait();
      for (int i = 0; i < 50; ++i) sessions.push_back(take(upstream));
    };
    std::thread other([&] { serve(second, of_second); });
    serve(picks_.upstream, of_first);
    other.join();
    EXPECT_LE(greatest_difference(), 1u);
  }
}

// n sessions at n endpoints by one random choice have ln n / ln ln n at the fullest, by two ln ln n.
TEST(RandomPolicy, TwoChoicesAreBounded) {
  test::Picks picks(Balance::random);
  std::vector<test::Named> names;
  for (char letter = 'a'; letter <= 'z'; ++letter)
    names.push_back({.name = std::string(1, letter), .addresses = 8});
  picks.use(names);
  std::vector<EndpointHold> sessions;
  for (int i = 0; i < 208 * 20; ++i) {
    const Upstream::Found found = picks.choose();
    sessions.emplace_back(*found.member->endpoint, found.most);
  }
  for (const PoolMember& member : picks.upstream.pool().members())
    EXPECT_LE(member.endpoint->sessions().live, 20u + 4u);
}

TEST(RandomPolicy, LoneMemberIsChosen) {
  test::Picks picks(Balance::random);
  picks.use({{"a"}});
  EXPECT_EQ(picks.names(100), (std::map<std::string, int>{{"a", 100}}));
}

TEST(RandomPolicy, FullMembersAreNotChosen) {
  test::Picks picks(Balance::random);
  picks.use({{.name = "a", .most = 1}, {.name = "b"}});
  const EndpointHold session(picks.at("a"));
  EXPECT_EQ(picks.names(100), (std::map<std::string, int>{{"b", 100}}));
}

}  // namespace
}  // namespace duplexd
