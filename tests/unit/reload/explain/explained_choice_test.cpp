#include "core/reload/explain/explained_choice.hpp"

#include "tests/unit/upstream/endpoints.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace duplexd {
namespace {

using Said = ExplainedMember::Verdict;

class ExplainedChoiceTest : public testing::Test {
 protected:
  struct Row {
    unsigned weight = 1;
    std::uint32_t priority = 0;
    std::uint64_t most = 0;
    bool leads_back = false;
  };
  /// Endpoints a, b, c and so on.
  void use(const std::vector<Row>& rows) {
    std::vector<Pool::Member> members;
    for (const Row& row : rows) {
      const std::string name(1, static_cast<char>('a' + static_cast<char>(members.size())));
      members.push_back({.endpoint = &endpoint(name),
                         .weight = row.weight,
                         .priority = row.priority,
                         .most = row.most,
                         .leads_back = row.leads_back});
    }
    served_.account = endpoints_.shared;
    served_.pool = endpoints_.pool(Pool::in_order(std::move(members)), config_);
  }
  const Endpoint& endpoint(const std::string& name) {
    return endpoints_.at(name, test::loopback(static_cast<std::uint16_t>(name[0])));
  }
  ExplainedChoice explain(std::string_view came_to = "127.0.0.1:80") {
    return explain_choice(
        served_, {PeerAddress(test::address_of("192.0.2.1:1")), test::address_of(came_to), now_in_millis()});
  }
  std::vector<Said> verdicts() {
    std::vector<Said> all;
    for (const ExplainedMember& member : explain().members) all.push_back(member.verdict);
    return all;
  }

  test::Endpoints endpoints_;
  UpstreamConfig config_ = test::Endpoints::plain();
  ServedUpstream served_;
};

TEST_F(ExplainedChoiceTest, NextTurnIsNotTaken) {
  use({{}, {}});
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(verdicts(), (std::vector{Said::chosen, Said::other_turn})) << "nothing has changed";
  EXPECT_EQ(explain().certainty, Certainty::by_turn);
  endpoints_.account.turns = 1;
  EXPECT_EQ(verdicts(), (std::vector{Said::other_turn, Said::chosen}));
}

TEST_F(ExplainedChoiceTest, EachMemberSaysWhyNot) {
  use({{}, {.weight = 0}, {.priority = 1}, {}});
  endpoint("a").set_up(false, 0);
  EXPECT_EQ(verdicts(), (std::vector{Said::unfit, Said::chosen, Said::weightless, Said::later_tier}));
  EXPECT_EQ(explain().members[0].unfit, Unfit::down);
  EXPECT_EQ(explain().certainty, Certainty::sure) << "no other one could be had";
}

TEST_F(ExplainedChoiceTest, NextTierServesAfterFirst) {
  use({{}, {.priority = 1}});
  endpoint("a").set_up(false, 0);
  EXPECT_EQ(verdicts(), (std::vector{Said::unfit, Said::chosen}));
}

TEST_F(ExplainedChoiceTest, FullEndpointsAreWaitedFor) {
  use({{.most = 1}, {.priority = 1}});
  const EndpointHold hold(endpoint("a"));
  EXPECT_TRUE(explain().waits);
  EXPECT_EQ(verdicts(), (std::vector{Said::unfit, Said::later_tier}));
  config_.max_waiting = 0;
  use({{.most = 1}});
  EXPECT_TRUE(explain().is_refused);
  EXPECT_EQ(explain().reason, CloseReason::queue_full);
}

TEST_F(ExplainedChoiceTest, RandomPolicyNamesNobody) {
  config_.balance = Balance::random;
  use({{}, {}, {.weight = 0}});
  EXPECT_EQ(verdicts(), (std::vector{Said::maybe, Said::maybe, Said::weightless}));
  endpoint("b").set_up(false, 0);
  EXPECT_EQ(verdicts(), (std::vector{Said::chosen, Said::unfit, Said::weightless}));
}

TEST_F(ExplainedChoiceTest, UnknownDestinationNamesNobody) {
  config_.balance = Balance::consistent_hash;
  config_.hash.key = HashConfig::Key::destination;
  use({{}, {}});
  EXPECT_EQ(explain("0.0.0.0:80").certainty, Certainty::by_destination);
  EXPECT_EQ(explain("127.0.0.1:80").certainty, Certainty::sure);
}

TEST_F(ExplainedChoiceTest, LoopsAndFamiliesAreSkipped) {
  config_.balance = Balance::first;
  use({{.leads_back = true}, {}});
  EXPECT_EQ(verdicts(), (std::vector{Said::leads_back, Said::chosen}));
  use({{.leads_back = true}});
  EXPECT_EQ(explain().reason, CloseReason::connect_loop);
  config_.source_is_client = true;
  served_.account = endpoints_.shared;
  served_.pool = endpoints_.pool({{.endpoint = &endpoints_.at("six", "[::1]:9")}}, config_);
  EXPECT_EQ(verdicts(), std::vector{Said::other_family});
  EXPECT_EQ(explain().reason, CloseReason::connect_other_family);
}

TEST_F(ExplainedChoiceTest, AllDownAndNoneAreTold) {
  use({{}});
  endpoint("a").set_up(false, 0);
  EXPECT_EQ(explain().reason, CloseReason::all_down);
  use({});
  EXPECT_EQ(explain().reason, CloseReason::no_endpoint);
}

}  // namespace
}  // namespace duplexd
